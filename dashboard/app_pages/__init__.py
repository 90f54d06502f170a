"""One file per page: read, choose, draw, caption. Each ends by calling its `show`."""
