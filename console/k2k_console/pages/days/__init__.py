"""Days and cut-offs: until when is ordered, on which days is shipped to whom, and what that comes to."""
