"""Charts as SVG made on the server: x in percent and y in pixels, so a chart stretches and its strokes do not."""
