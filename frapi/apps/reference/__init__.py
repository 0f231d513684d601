"""What the server tells of its own interfaces: OpenAPI for REST, AsyncAPI for the WebSocket, and pages for both."""
