"""The whole audience rendered by the renderer that sends, and nothing sent."""
