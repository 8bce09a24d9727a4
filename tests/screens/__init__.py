"""`make screens`: the pictures of docs/screens, of the demo company on one fixed morning."""
