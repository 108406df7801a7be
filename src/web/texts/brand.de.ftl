# Wie eine Organisation aussieht.

branding = Erscheinungsbild
branding-lead = Ihre Leute sehen es auf den Seiten ihres Kontos, in der Konsole, hinter den Links in E-Mails und dort, wo sie sich bei eigenen Anwendungen anmelden.
branding-accent = Farbe
branding-accent-hint = Für Schaltflächen und Links, zum Beispiel #00aa55. Wo sie nicht lesbar wäre, erscheint ein dunklerer oder hellerer Ton. Leer bleibt es bei der üblichen Farbe.
branding-logo = Logo
branding-logo-hint = PNG, JPEG oder WebP, 16 bis 1024 Pixel je Seite, höchstens 256 KiB. Auf dunklen Seiten steht es auf Weiß.
branding-remove-logo = Logo entfernen
branding-support = Hilfe
branding-support-hint = Eine Seite oder eine E-Mail-Adresse; sie steht unter jeder Anmeldung.
branding-preview = Vorschau
branding-shown = So sieht es aus
branding-light = Auf hellen Seiten
branding-dark = Auf dunklen Seiten
said-branding = Das Erscheinungsbild ist gespeichert.
go-branding = Logo, Farben, Theme, Aussehen, Hilfe, Gestaltung
get-help = Brauchen Sie Hilfe?
flaw-colour = Schreiben Sie eine Farbe als # und sechs Hexadezimalziffern, zum Beispiel #00aa55.
flaw-picture = Wählen Sie ein Bild als PNG, JPEG oder WebP.
flaw-picture-bytes = Wählen Sie ein Bild von höchstens { $count } KiB.
flaw-picture-side = Wählen Sie ein Bild mit { $from } bis { $to } Pixeln je Seite.
flaw-support = Schreiben Sie eine Seite, die mit https:// beginnt, oder eine E-Mail-Adresse.
