"""The use cases, in one room for each capability. Each opens its own unit of work; plugins never run inside a writing
one."""
