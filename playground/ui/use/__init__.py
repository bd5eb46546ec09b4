"""The section of the Train page in which a network is used: what it is used on, what it answers."""
