"""Results, imports and reviews as pages read them."""
