"""Does it work for you? Reports of treatments, and the honest page that counts them."""
