"""Go to, create, find: the palette."""
