"""The use cases, one a file. Each opens its own unit of work; plugins never run inside one that writes."""
