"""What SOP_Template.xlsm is made of."""
