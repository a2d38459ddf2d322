"""Serves lists: reads their rows, shows and renews them, saves views of them and the values that are typed in them."""
