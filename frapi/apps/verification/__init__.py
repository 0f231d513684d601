"""Sessions: made over REST, fed over a WebSocket, answered on both."""
