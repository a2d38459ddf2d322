"""What a vendor shares with a buyer, and every rule that holds a lot back."""
