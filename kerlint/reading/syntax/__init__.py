"""From text to a syntax tree, and what can be known of the tree before it is interpreted."""
