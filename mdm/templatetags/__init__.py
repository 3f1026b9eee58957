"""What templates say in one word: glyphs, formats, differences, links, plots."""
