"""The Network page: every layer of a network on the user's picture, down to single numbers."""
