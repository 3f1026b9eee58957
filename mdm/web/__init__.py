"""The pages: thin views, the words and shapes they share, and the frame around them."""
