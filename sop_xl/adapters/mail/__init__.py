"""Ways a letter goes: a draft in classic Outlook, a file any mail program opens, a server."""
