"""What people say about an object: comments, with the people they mention."""
