"""Generated data and accounts for trying the product out; nothing here is used without MDM_DEMO."""
