"""What leaves the company by mail and comes back: packs, their forms, the leak lint, drafts."""
