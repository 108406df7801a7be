# How an organisation looks.

branding = Branding
branding-lead = Your people see it on the pages of their account, in the console, behind the links that you mail, and where they sign in to applications of your own.
branding-accent = Colour
branding-accent-hint = For buttons and links, such as #00aa55. Where it could not be read, a darker or lighter shade of it is shown. Leave it empty for the usual colour.
branding-logo = Logo
branding-logo-hint = PNG, JPEG or WebP, 16 to 1024 pixels on each side, at most 256 KiB. On dark pages it stands on white.
branding-remove-logo = Take the logo away
branding-support = Help
branding-support-hint = A page or a mail address, shown below each sign-in.
branding-preview = Preview
branding-shown = How it looks
branding-light = On light pages
branding-dark = On dark pages
said-branding = The branding is saved.
go-branding = Logo, Colours, Theme, Appearance, Support address, Customisation
get-help = Need help?
flaw-colour = Write a colour as # and six hexadecimal digits, such as #00aa55.
flaw-picture = Choose a PNG, JPEG or WebP picture.
flaw-picture-bytes = Choose a picture of at most { $count } KiB.
flaw-picture-side = Choose a picture of { $from } to { $to } pixels on each side.
flaw-support = Write a page that begins with https://, or a mail address.
