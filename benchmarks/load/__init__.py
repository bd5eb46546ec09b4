"""Many visitors at a time, over the connection that a browser uses, without a browser.

`client` and `page` speak Streamlit's protocol, `visitor` does what a student does and checks
every answer against the engine, `answers` knows what the answers must be, `crowd` sends many
visitors at a server and counts, `gauge` watches the server's process. The two commands are
`classroom` (``python -m benchmarks load``) and `soak` (``python -m benchmarks soak``).
"""

from __future__ import annotations
