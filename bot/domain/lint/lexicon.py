"""Words that the rules know: everyday abbreviations, technical words, products, certificates. Data only.

Everything here is a class of words that grammar cannot tell: that EDR is jargon and FAX is not is knowledge, not syntax.
"""

from __future__ import annotations

import re


def _lines(text: str) -> frozenset[str]:
    return frozenset(word for line in text.strip().splitlines() for word in re.split(r"\|(?![^()]*\))", line) if word)


EVERYDAY = frozenset(
    [
        "PC",
        "FAX",
        "PDF",
        "ID",
        "IDS",
        "USB",
        "URL",
        "OS",
        "SNS",
        "LAN",
        "WIFI",
        "IT",
        "DM",
        "CD",
        "DVD",
        "ATM",
        "IC",
        "GPS",
        "QR",
        "TV",
        "AM",
        "PM",
        "HP",
        "CSV",
        "US",
        "UK",
        "EU",
        "USA",
        "JIS",
        "SIM",
        "PIN",
        "OK",
        "NG",
        "NO",
        "FAQ",
        "QA",
        "AI",
        "BCC",
        "CC",
        "TO",
        "ISO",
        "HR",
        "CV",
        "CCTV",
        "AC",
        "DC",
        "VIP",
        "PR",
        "SMS",
        "CM",
        "ZIP",
        "JPEG",
        "JPG",
        "PNG",
        "MP3",
        "MP4",
        "HTML",
        "WEB",
        "CEO",
        "NPO",
        "BD",
        "LED",
        "NDA",
        "ISMS",
        "GB",
        "MB",
        "TB",
        "KB",
        "PCS",
        "CVS",
        "SD",
        "LTD",
        "INC",
        "CO",
        "JP",
        "UN",
        "PTA",
        "DIY",
        "FYI",
        "AND",
        "OR",
        "NOT",
        "URGENT",
        "PLEASE",
        "YES",
        "IEC",
        "NIST",
        "APPI",
        "SCS",
        "HDD",
        "SSD",
        "EMAIL",
        "MAIL",
    ]
)
"""Abbreviations that everybody knows, in capitals."""

JARGON_JA = _lines(
    """
ペネトレ|ペネトレーションテスト|ペンテスト|ハッシュ化|ハッシュ値|ソルト|ハードニング|ゼロトラスト|サンドボックス|シンクライアント|トークン化|マスキング
ラテラルムーブメント|横展開|エンドポイント|インシデントレスポンス|トリアージ|フォレンジック|フォレンジクス|デジタルフォレンジック|ペイロード|エクスプロイト
ゼロデイ|ランブック|プレイブック|オンプレ|オンプレミス|デプロイ|プロビジョニング|デプロビジョニング|オーケストレーション|コンテナイメージ|マイクロサービス
冗長化|冗長構成|フェイルオーバー|ホットスタンバイ|コールドスタンバイ|スナップショット|イミュータブル|イミュータブルバックアップ|エアギャップ|レプリケーション
アタックサーフェス|攻撃対象領域|脅威インテリジェンス|レッドチーム|ブルーチーム|パープルチーム|ハニーポット|シグネチャ|ヒューリスティック|ビヘイビア|ふるまい検知|振る舞い検知
特権ID|特権アクセス|ロールベース|フェデレーション|シングルサインオン|プロキシ|リバースプロキシ|ステージング|ステージング環境|コンフィグ|構成ドリフト|ベースライン
セグメンテーション|マイクロセグメンテーション|シャドーIT|クレデンシャル|パススルー|ステートフル|パケットフィルタリング|アノマリ|アノマリー|テレメトリ|エスカレーション|エスカレ
ワイプ|リモートワイプ|キッティング|イメージング|デガウス|消磁|クリプトイレース|暗号化消去|サニタイズ|サニタイゼーション|ホワイトリスト|ブラックリスト|アローリスト|踏み台サーバ|踏み台
踏み台サーバー|耐タンパ性|耐タンパー|ウォームサイト|コールドサイト|ホットサイト|リストアテスト|インジェクション|クロスサイト|バッファオーバーフロー|ファジング|静的解析|動的解析|ソースコード診断
プラットフォーム診断|疎通|死活監視|バリデーション|エスケープ処理|サニタイジング|デシリアライズ|リグレッション|デグレ|バージョニング|コミット|マージ|プルリクエスト|プルリク|リポジトリ
ブランチ|パイプライン|アーティファクト|アジャイル|スクラム|スプリント|バックログ|イテレーション|ウォーターフォール|ベストエフォート|ガバナンス|コンプラ|デューデリ|デューデリジェンス|ステークホルダー
アセスメント|リスクアペタイト|残留リスク|リスク受容|是正処置|内部統制|職務分掌|牽制|可用性|完全性|真正性|否認防止|責任追跡性|トレーサビリティ|ログローテーション|相関分析|ログ保全|証拠保全
鍵管理|鍵素材|公開鍵|秘密鍵|電子証明書|ルート証明書|サーバ証明書|チェックサム|ハッシュ|ソルト付き|ストレッチング|チャレンジレスポンス|ワンタイムパスワード|リスクベース認証|生体認証テンプレート
ポートスキャン|ポート開放|ファイアウォールルール|ルールセット|トンネリング|スプリットトンネル|ネームサーバ|名前解決|セッションハイジャック|セッション管理|トランザクション|ロールバック|スロットリング
パッチマネジメント|パッチ管理|脆弱性スキャン|脆弱性診断|バイナリ|ビルド|カーネル|ファームウェア|ブートローダ|セキュアブート|ハイパーバイザ|ハイパーバイザー|テナント|マルチテナント|シングルテナント
検疫ネットワーク|クリアデスク|クリアスクリーン|テールゲート|テールゲーティング|共連れ|アンチパスバック|ピギーバック|ショルダーハック|ショルダーハッキング|ソーシャルエンジニアリング|スミッシング
ビッシング|ビジネスメール詐欺|標的型攻撃|標的型メール|スピアフィッシング|ウォーターホール|水飲み場攻撃|サプライチェーン攻撃|コマンドアンドコントロール|ボットネット|ルートキット|キーロガー
リストア|インベントリ|アセット|アセット管理|デバイス制御|ケルベロス|ディレクトリサービス|グループポリシー|アクティブディレクトリ|バーチャルパッチ|仮想パッチ|コンティンジェンシープラン|コンティンジェンシー
サイバーレジリエンス|レジリエンス|ディザスタリカバリ|リカバリポイント|サーバレス|サーバーレス|エッジ|フルバックアップ|差分バックアップ|増分バックアップ|世代管理|リテンション|アーカイバ|ジャーナリング
仮名化|匿名化|仮名加工|匿名加工|k匿名化|差分プライバシー|名寄せ|オプトイン|オプトアウト|リコンサイル|ホワイトハッカー|バグバウンティ|トラフィック|スループット|レイテンシ|キャパシティ
ポスチャ|ポスチャー|ガードレール|ランディングゾーン|シークレット|シークレット管理|ボルト|ワークロード|オブザーバビリティ|アラート疲れ|チューニング|誤検知率|ブロックモード|検知モード
"""
) - {
    "ガバナンス",
    "エッジ",
    "アーカイバ",
    "ボルト",
    "キャパシティ",
    "完全性",
    "エスカレ",
    "ビルド",
    "コミット",
    "ブランチ",
    "マージ",
    "アセット",
}

JARGON_EN = _lines(
    """
pen ?-?test(?:ing|ed)?|penetration test(?:ing)?|egress|ingress|crypto-?erase|crypto-?shred(?:ding)?|degauss(?:ing|ed)?|saniti[sz](?:ed?|ation)|hardening|hardened
zero[ -]trust|sandbox(?:ing|ed)?|salted|salted hash(?:es)?|hash(?:ed|es|ing)?|lateral movement|endpoint|triage|forensics?|forensic imag(?:e|ing)|payload|exploit(?:s|ation)?|zero-?day|runbook|playbook
on-?prem(?:ises?)?|deprovision(?:ing|ed)?|provisioning|orchestration|failover|hot standby|cold site|warm site|hot site|immutable|air-?gap(?:ped)?|replication|attack surface|threat intelligence|threat model(?:l?ing)?
red team(?:ing)?|blue team|purple team|honeypot|heuristics?|privileged access|least privilege|role-based|federat(?:ion|ed)|single sign-on|reverse proxy|proxy|staging|config(?:uration)? drift|baseline
segmentation|micro-?segmentation|shadow it|credentials? stuffing|credential|telemetry|anomaly detection|remote wipe|kitting|allow-?list(?:ing|ed)?|deny-?list(?:ing)?|white-?list(?:ing)?|black-?list(?:ing)?
jump (?:host|server|box)|bastion|tamper-?proof|cross-site|buffer overflow|fuzz(?:ing)?|static analysis|dynamic analysis|code signing|deserialization|regression|pull request|repository|artifact|artefact|agile|sprint
backlog|due diligence|stakeholder|risk appetite|residual risk|segregation of duties|non-repudiation|traceability|log rotation|correlation|chain of custody|key management|key escrow|escrow|public key|private key|checksum
challenge-response|one-time password|port scan(?:ning)?|split tunnel(?:l?ing)?|tunnel(?:l?ing)?|session hijack(?:ing)?|rollback|throttling|patch management|vulnerability scan(?:s|ning)?|kernel|firmware|bootloader|secure boot
hypervisor|multi-?tenant|tenant|quarantine network|clean desk|clear desk|tailgat(?:ing|e)|piggyback(?:ing)?|mantrap|shoulder surfing|social engineering|smishing|vishing|spear phishing|watering hole|botnet|rootkit|keylogger
asset inventory|group policy|active directory|virtual patch(?:ing)?|disaster recovery|recovery point objective|recovery time objective|serverless|incremental backups?|retention policy|pseudonymi[sz](?:ed|ation)|tokeni[sz](?:ed|ation)|data masking
differential privacy|opt-?in|bug bounty|throughput|latency|posture|landing zone|secrets? management|workload|observability|attestation|blast radius|kill chain|dwell time|indicators? of compromise|data at rest|at rest|in transit
data loss prevention|nonce|cipher(?:s)? suite|rainbow table|brute[- ]force|ticket|break-?glass|go-?live|burn-?in|rights management|zero-?touch|de-?identif(?:ied|ication)|exfiltration|exfiltrate|phishing-resistant|subnet|vlan
"""
)
JARGON_EN = JARGON_EN - {
    "ticket",
    "proxy",
    "baseline",
    "at rest",
    "in transit",
    "agile",
    "sprint",
    "staging",
    "correlation",
    "regression",
} | {
    "tickets raised",
    "data in transit",
    "encrypted (?:at rest|in transit)",
    "staging environment",
    "proxy server",
    "kanban",
}

PRODUCTS = _lines(
    """
Slack|Microsoft Teams|Teams|Zoom|Chatwork|チャットワーク|LINE WORKS|LINE|Discord|Google Chrome|Chrome|Firefox|Safari|Microsoft Edge|Edge|Internet Explorer|Windows|Windows 11|Windows 10|macOS|Mac|MacBook|iPhone|iPad|iOS
Android|Linux|Ubuntu|Red Hat|ウイルスバスター|Virus Buster|Norton|ノートン|McAfee|マカフィー|ESET|Kaspersky|カスペルスキー|Symantec|シマンテック|Trend Micro|トレンドマイクロ|Sophos|CrowdStrike|クラウドストライク|SentinelOne|Defender
Cybereason|サイバーリーズン|FFRI|Tanium|タニウム|SKYSEA|LanScope|AWS|Amazon|Azure|GCP|Google Cloud|Google|Gmail|Google Drive|Google Workspace|Microsoft 365|Office 365|Microsoft|Outlook|OneDrive|SharePoint|Excel|Word|PowerPoint|Access|Box|Dropbox
Salesforce|kintone|キントーン|サイボウズ|Garoon|Notion|Confluence|Jira|Backlog|GitHub|GitLab|Bitbucket|Okta|Auth0|HENNGE|Duo|Cisco|シスコ|Fortinet|FortiGate|フォーティゲート|Palo Alto|YAMAHA|Yubikey|YubiKey|LastPass|1Password|Bitwarden|KeePass
BitLocker|FileVault|VeraCrypt|Acronis|Veeam|Arcserve|VMware|Citrix|Splunk|Datadog|Zabbix|Qualys|Nessus|Tenable|ServiceNow|SAP|Oracle|freee|マネーフォワード|弥生会計|SmartHR|カオナビ|Sansan|DocuSign|クラウドサイン|Adobe|Acrobat|Photoshop|WordPress
Shopify|Zendesk|HubSpot|Marketo|Mailchimp|ChatGPT|Copilot|Gemini|Claude|OpenAI|DeepL|Webex|Google Meet|Skype|Evernote|Trello|Asana|Intune|Jamf|Proofpoint|Mimecast|Netskope|Zscaler|Cloudflare|Akamai|WhatsApp|Telegram|Signal|Facebook|Instagram
FileZilla|WinSCP|Lhaplus|7-Zip|Thunderbird|Becky|秀丸|一太郎|桐|エクセル|ワード|アウトルック|ウィンドウズ|グーグル|アマゾン|セコム|SECOM|アルソック|ALSOK|ヤマト運輸|佐川急便|クロネコ|ズーム|ドロップボックス|iCloud|TeamViewer|AnyDesk|Hyper-V|Docker|Kubernetes
"""
)
AMBIGUOUS_EN = frozenset(
    [
        "teams",
        "edge",
        "access",
        "word",
        "box",
        "signal",
        "excel",
        "line",
        "defender",
        "backlog",
        "duo",
        "safari",
        "claude",
        "notion",
        "slack",
        "zoom",
        "oracle",
        "windows",
        "outlook",
    ]
)
"""Products whose names are ordinary words: names only where they are written in capitals inside a sentence."""

AMBIGUOUS_JA = frozenset({"桐", "LINE", "アマゾン", "ワード", "Access", "ズーム"})

CERTIFICATES_JA = (
    r"ISMS|Pマーク|プライバシーマーク|P マーク|ISO(?:/IEC)?\s?\d{4,5}|JIS\s?Q\s?\d{4,5}|SOC\s?[12]|PCI\s?DSS|★[1-5]|SECURITY ACTION|ISMAP|"
    r"(?:第三者|公的|適合|情報セキュリティ)?(?:の)?認証(?=を?(?:取得|保有|お持ち|登録|更新|維持|が切れ|の取得|の維持))|認定(?=を?(?:取得|受け|の取得|更新))|認証取得|認定取得|"
    r"適合証|TISAX|HITRUST|FedRAMP|CSマーク|BCMS|ITSMS|第三者認証|認証機関|情報処理安全確保支援士"
)
CERTIFICATES_EN = (
    r"ISMS|Privacy ?Mark|P-?mark|ISO(?:/IEC)? ?\d{4,5}(?::\d{4})?|SOC ?[12]|PCI[ -]DSS|certification|certified|accredit(?:ed|ation)|TISAX|"
    r"HITRUST|FedRAMP|ISMAP|Cyber Essentials|certificate (?:of|for|to) (?:ISO|conformity|compliance|registration|ISMS)|ISO certificate"
)
