"""Arrays and settings turned into pictures and text."""
