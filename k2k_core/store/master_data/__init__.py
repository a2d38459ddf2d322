"""Companies, partners, products, price lists, users, connections, mappings, drafts."""
