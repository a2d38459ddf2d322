"""What a customer can buy: visible lots, priced and grouped, and why others are hidden."""
