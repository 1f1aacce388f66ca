"""What a press costs, against the least that it could cost (`make bench`). One file per thing that is measured.

`press.py` measures presses of the product, `bare.py` is what they are held against, `work.py` measures what happens
without a press, `crowd.py` the whole program over real sockets: fifty people, memory, the start.
To measure another press: a payload in `payloads.py` and a row in `press.ROWS`.
"""
