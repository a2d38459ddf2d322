"""What a vendor's products, box types and carriers are called by the buyer."""
