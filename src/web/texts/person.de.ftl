### Deutsch, für die Seiten, auf denen Menschen sich anmelden und ihr eigenes Konto pflegen.

## Der Rahmen
need-help = Brauchen Sie Hilfe? Fragen Sie jemanden aus der Verwaltung Ihrer Organisation.
your-account = Ihr Konto
console = Konsole
continue-to = und weiter zu
not-you = Nicht Sie?
organisation = Organisation
organisation-hint = Ihr Kurzname, zum Beispiel acme. Er kann leer bleiben, wenn hier sonst niemand Ihren Benutzernamen hat.
continue = Weiter
copy = Kopieren
copied = Kopiert
download = Herunterladen
print = Drucken

## Anmelden
sign-in = Anmelden
session-ended = Ihre Sitzung ist beendet. Melden Sie sich neu an: Ihre Eingaben bleiben erhalten.
prove-it = Zeigen Sie, dass Sie es sind
proof-is-due = Dafür müssen Sie in den letzten zehn Minuten gezeigt haben, dass Sie es sind. Ihre Eingaben bleiben erhalten.
go-on-title = Sie sind es
go-on-form = Was Sie eingegeben haben, ist noch da. Nichts davon ist bisher geschehen.
go-on = Jetzt ausführen
go-on-discard = Verwerfen und zu meinem Konto gehen
go-on-file = Die Datei kann jetzt heruntergeladen werden.
go-on-take = Datei herunterladen
go-on-home = Zu meinem Konto
own-settings = dem, was Sie gerade tun
user-name = Benutzername
sign-in-with = Mit { $name } anmelden
continue-at = Weiter bei { $name }
on-the-way = Ihre Organisation meldet ihre Leute bei { $name } an. Sie sind auf dem Weg dorthin.
not-signed-in = Die Anmeldung ging nicht
refused-reachable = { $name } ist im Moment nicht zu erreichen.
refused-answered = { $name } hat mit einem Fehler geantwortet, statt Sie anzumelden.
refused-admitted = { $name } hat Sie nicht hereingelassen: Die Anmeldung wurde dort abgebrochen, oder Sie gehören nicht zu denen, die diesen Dienst benutzen dürfen.
refused-second-factor = { $name } konnte den zweiten Faktor nicht bestätigen, der hier nötig ist.
refused-believed = Die Antwort von { $name } ließ sich nicht prüfen und wurde deshalb nicht verwendet.
refused-under-way = Die Antwort von { $name } kam zu spät oder gehört zu keiner Anmeldung in diesem Browser.
refused-open = Die Anmeldung bei { $name } ist im Moment abgeschaltet.
refused-fresh = { $name } hat Sie nicht noch einmal gefragt, wer Sie sind. Hierfür braucht es einen neuen Nachweis.
refused-known = Sie sind bei { $name } angemeldet, aber hier gibt es kein Konto, das Sie damit öffnen können.
refused-active = Sie sind bei { $name } angemeldet, aber Ihr Konto hier ist nicht aktiv.
refused-same = Sie sind bei { $name } jemand anderes als hier.
provider-refused-again = Versuchen Sie es in ein paar Minuten noch einmal. Bleibt es dabei, nennen Sie diese Nummer jemandem aus der Verwaltung Ihrer Organisation; dort ist der Grund zu sehen.
provider-refused-next = Nennen Sie diese Nummer jemandem aus der Verwaltung Ihrer Organisation; dort ist der Grund zu sehen.
try-again = Noch einmal versuchen
reference-number = Nummer
enter-password = Geben Sie Ihr Passwort ein
password = Passwort
password-elsewhere = Kein Passwort hier? Nennen Sie Ihre Organisation
forgot-password = Passwort vergessen?
enter-code = Geben Sie Ihren Code ein
six-digit-code = Sechsstelliger Code
code-hint = Aus der Authenticator-App, die Sie für dieses Konto eingerichtet haben. Er wechselt alle 30 Sekunden.
check-code = Code prüfen und weiter
use-recovery-code = Wiederherstellungscode verwenden
recovery-code = Wiederherstellungscode
recovery-hint = Einer von denen, die Sie beim Einrichten des zweiten Faktors aufgehoben haben, etwa 3-XXXXX-XXXXX-XXXXX. Er gilt einmal.
use-authenticator = Authenticator-App verwenden

## Einen zweiten Faktor einrichten
set-up-factor = Richten Sie Ihren zweiten Faktor ein
factor-required = Ihre Organisation verlangt neben dem Passwort einen Code von Ihrem Telefon. Das richten Sie einmal ein.
factor-for-application = { $name } verlangt einen zweiten Faktor. Den richten Sie einmal ein: einen Code von Ihrem Telefon.
factor-wished = Danach braucht die Anmeldung neben dem Passwort einen Code von Ihrem Telefon.
step-open-app = Öffnen Sie eine Authenticator-App auf Ihrem Telefon oder installieren Sie eine.
step-scan = Scannen Sie dieses Bild mit der App.
qr-label = QR-Code mit dem Schlüssel, der darunter steht
cannot-scan = Scannen geht nicht? Tippen Sie diesen Schlüssel in die App:
open-on-device = Die App auf diesem Gerät öffnen
step-code = Geben Sie den sechsstelligen Code ein, den die App zeigt
put-off-days = { $count ->
    [one] Heute können Sie das zum letzten Mal aufschieben.
   *[other] Sie können das noch { $count } Tage aufschieben. Danach kommen Sie ohne ihn nicht mehr hinein.
 }
not-now = Jetzt nicht
save-codes = Heben Sie Ihre Wiederherstellungscodes auf
save-codes-lead = Der Code war richtig. Mit jedem von diesen melden Sie sich einmal an, wenn Ihr Telefon nicht zur Hand ist. Sie werden nicht noch einmal gezeigt.
activate-mfa = MFA aktivieren

## Passwörter und Links
choose-new-password = Wählen Sie ein neues Passwort
choose-your-password = Wählen Sie Ihr Passwort
lead-temporary = Das Passwort, mit dem Sie sich angemeldet haben, galt nur einmal. Wählen Sie eines, das nur Sie kennen.
lead-reset = Es ersetzt das alte sofort und beendet Ihre anderen Sitzungen.
lead-activate = Ihr Konto ist bereit. Mit einem Passwort gehört es Ihnen.
new-password = Neues Passwort
same-password-again = Dasselbe Passwort noch einmal
save-password = Passwort speichern und weiter
forgot-lead = Sagen Sie uns, wer Sie sind. Wir schicken einen Link an die E-Mail-Adresse Ihres Kontos; damit wählen Sie ein neues Passwort. Das ist auch der Weg, wenn der Link für Ihr erstes Passwort abgelaufen ist.
send-link = Link schicken
back-to-sign-in = Zurück zur Anmeldung
check-mail = Sehen Sie in Ihre E-Mail
check-mail-lead = Wenn es ein Konto mit diesem Namen gibt, das sich hier mit einem Passwort anmeldet, ist gerade ein Link an seine E-Mail-Adresse gegangen. Wer schon einen gültigen Link zum ersten Passwort hat, nimmt diesen.
check-mail-next = { $count ->
    [one] Der Link gilt einmal und eine Minute lang; einer für ein erstes Passwort so lange, wie die E-Mail sagt. Nichts gekommen? Sehen Sie im Spam-Ordner nach und ob der Name richtig getippt war.
   *[other] Der Link gilt einmal und { $count } Minuten lang; einer für ein erstes Passwort so lange, wie die E-Mail sagt. Nichts gekommen? Sehen Sie im Spam-Ordner nach und ob der Name richtig getippt war.
 }
link-gone = Dieser Link gilt nicht mehr
link-gone-lead = Er wurde schon benutzt, ist zu alt, oder nach ihm ging ein neuerer hinaus.
new-link = Einen neuen Link anfordern
ask-helper = Wenn keine E-Mail kommt, fragen Sie die Person, die Sie eingeladen hat, oder die Verwaltung Ihrer Organisation.
to-sign-in = Zur Anmeldung

## Einladungen
join = { $name } beitreten
invited-as = { $name } lädt Sie als { $role } ein. Mit einem Namen und einem Passwort gehört das Konto Ihnen.
invited = Sie sind als { $role } eingeladen. Mit einem Namen und einem Passwort gehört das Konto Ihnen.
your-name = Ihr Name
accept = Annehmen und weiter
decline = Ablehnen
invitation-over = Diese Einladung gilt nicht mehr
invitation-over-lead = Sie wurde schon benutzt, zurückgenommen, oder nach ihr ging eine neuere hinaus.
invitation-expired = Diese Einladung ist abgelaufen
invitation-expired-lead = Eine Einladung gilt sieben Tage.
invitation-expired-to = Die Einladung zu { $name } galt sieben Tage.
invitation-declined = Sie haben abgelehnt
invitation-declined-lead = Für Sie wurde nichts eingerichtet.
invitation-void = Diese Einladung zählt nicht mehr
invitation-void-lead = Wer sie geschickt hat, darf niemanden mehr einladen.
invitation-told = Es ist ausgerichtet
invitation-told-lead = Wer Sie einladen kann, weiß jetzt, dass Sie kommen möchten.
ask-for-new = { $name } um eine neue bitten
ask-for-new-unknown = Um eine neue bitten
ask-person = Bitten Sie { $name } oder die Verwaltung von { $org } um eine neue.
ask-somebody = Bitten Sie die Person, die Sie eingeladen hat, oder die Verwaltung der Organisation um eine neue.
ask-somebody-of = Bitten Sie die Person, die Sie eingeladen hat, oder die Verwaltung von { $org } um eine neue.
changed-mind = Falls Sie es sich anders überlegen:

## Anwendungen
allow-question = { $name } erlauben?
asks-for = Die Anwendung möchte:
use-of = { $name } verwenden
then-back = Danach geht es zurück zu { $name }. Lehnen Sie ab, wenn Sie diese Adresse nicht kennen.
deny = Ablehnen
allow = Erlauben
scope-openid = Wissen, dass Sie es sind, der sich anmeldet
scope-profile = Ihren Namen und Benutzernamen sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-roles = Ihre Rollen und Berechtigungen in Ihrer Organisation sehen
scope-groups = Die Gruppen sehen, in denen Sie sind
scope-teams = Die Teams sehen, in denen Sie sind
scope-offline-access = Diesen Zugang behalten, während Sie weg sind
back-to-application = Zurück zur Anwendung
taking-back = Es geht zurück
taking-back-lead = Sie kommen zu { $name }. Wenn nichts geschieht, hilft der Knopf.
sign-out-question = Abmelden?
sign-out-asked = { $name } möchte Sie hier abmelden. Andere Anwendungen, die das verstehen, erfahren es auch.
sign-out-lead = Das beendet Ihre Sitzung hier. Anwendungen, die das verstehen, erfahren es auch.
stay-signed-in = Angemeldet bleiben
signed-out = Sie sind abgemeldet
signed-out-lead = Ihre Sitzung hier ist zu Ende. Schließen Sie den Browser, wenn auch andere an diesem Rechner sitzen.
sign-in-again = Wieder anmelden

## Eine Instanz ohne Organisation
almost-there = Fast fertig
almost-there-lead = Doorward läuft, aber es gibt noch keine Organisation; darum kann sich niemand anmelden.
almost-there-open = Wenn Sie diesen Server betreiben, öffnen Sie die Einrichtungsadresse, die er beim Start ausgegeben hat. Sie gilt einmal und 24 Stunden lang; ein Neustart gibt eine neue aus.
almost-there-next = Oder legen Sie in einem Terminal die erste Organisation und ihre erste Person an:
almost-there-then = Der zweite Befehl liest das neue Passwort von der Standardeingabe. Laden Sie danach diese Seite neu.

## Das eigene Konto
tab-profile = Profil
tab-security = Sicherheit
tab-sessions = Sitzungen
tab-tokens = Token
tab-activity = Aktivität
e-mail = E-Mail
name = Name
save-name = Namen speichern
name-managed = Ihr Name kommt vom Identitätsanbieter Ihrer Organisation und wird dort geändert.
role = Rolle
no-role-yet = Sie haben hier noch keine Rolle. Die Verwaltung Ihrer Organisation kann Ihnen eine geben.
role-sources = Woher sie kommt. Sind es mehrere, zählt die stärkste.
have-password = Sie melden sich mit einem Passwort an.
have-no-password = Sie melden sich beim Identitätsanbieter Ihrer Organisation an; darum gibt es hier kein Passwort.
change-password = Passwort ändern
current-password = Jetziges Passwort
new-password-again = Das neue Passwort noch einmal
end-others-too = Überall sonst abmelden
two-factor = Zwei-Faktor-Anmeldung
enable-mfa = MFA einschalten
disable-mfa = MFA ausschalten
factor-hint = Mit einer Authenticator-App kommt niemand nur mit dem Passwort in Ihr Konto.
factor-due = Ihre Organisation verlangt von Ihnen einen zweiten Faktor. Richten Sie ihn bis { $until } ein; danach kommen Sie ohne ihn nicht mehr hinein.
app-since = Authenticator-App, seit
factor-elsewhere = Anderswo
factor-at-provider = Darum kümmert sich Ihr Identitätsanbieter
factor-kept = Ihre Organisation verlangt von Ihnen einen zweiten Faktor; darum lässt er sich nicht ausschalten.
recovery-codes = Wiederherstellungscodes
codes-left = { $count } von 10 Codes übrig
running-out = Werden knapp
get-codes = Neue Codes holen
codes-hint = Mit jedem melden Sie sich einmal an, wenn Ihr Telefon nicht zur Hand ist.
new-codes = Ihre neuen Wiederherstellungscodes
new-codes-lead = Sie werden nur dieses eine Mal gezeigt. Heben Sie sie dort auf, wo Ihre Passwörter sind, nicht auf dem Telefon. Die früheren Codes gelten nicht mehr.
have-saved-codes = Ich habe sie aufgehoben
disable-mfa-question = MFA ausschalten?
disable-mfa-text = Die Anmeldung braucht dann nur noch Ihr Passwort. Ihre Authenticator-App und Ihre Wiederherstellungscodes zählen nicht mehr, und Sie sind überall sonst abgemeldet.
get-codes-question = Neue Wiederherstellungscodes holen?
get-codes-text = Sie bekommen zehn neue Codes. Die bisherigen gelten dann nicht mehr.
this-session = Diese Sitzung
other-sessions = Wo Sie sonst angemeldet sind
nowhere-else = Sonst nirgends.
end = Beenden
end-session-of = die Sitzung von { $name }
end-other-sessions = Alle anderen Sitzungen beenden
browser-on = { $browser } unter { $system }
some-browser-on = Ein Browser unter { $system }
other-browser = Ein anderer Browser oder ein Programm
by-authenticator = Passwort und Code der Authenticator-App
by-recovery-code = Passwort und Wiederherstellungscode
by-password = Passwort
by-provider = Identitätsanbieter
personal-tokens = Persönliche Token
new-token = Neuer Token
tokens-hint = Mit einem Token ruft ein Skript die API in Ihrem Namen auf, soweit die Berechtigungen des Tokens reichen.
may = Darf
ends = Endet
end-token = den Token { $name }
end-token-question = Diesen Token beenden?
end-token-text = Er ist sofort ungültig, und Programme, die ihn verwenden, werden abgewiesen. Das lässt sich nicht rückgängig machen; andere Token bleiben.
end-token-yes = Token beenden
no-tokens = Sie haben keine.
token-name-hint = Wofür er ist, etwa „nächtliche Sicherung“.
what-token-may = Was er darf
token-reads = Lesen, was Sie sehen können
token-writes = Ändern, was Sie ändern dürfen
works-for = Er gilt
for-days = { $count ->
    [one] einen Tag
   *[other] { $count } Tage
 }
for-a-year = ein Jahr
make-token = Token machen
scopes-read = Lesen
scopes-write = Ändern
scopes-both = Lesen und ändern
your-new-token = Ihr neuer Token
token-made = Das ist { $name }. Er wird nur dieses eine Mal gezeigt; kopieren Sie ihn dorthin, wo er gebraucht wird. Er gilt bis { $until }.
have-copied = Ich habe ihn kopiert
activity-heading = Anmeldungen und Änderungen an Ihrem Konto
nothing-yet = Noch nichts.
how = Wie
from-where = Von wo
for-application = für { $name }
refused = Abgelehnt
by-name = durch { $name }
activity-hint-provider = Etwas, das Sie nicht kennen? Beenden Sie alle anderen Sitzungen, und sagen Sie es denen, die Ihren Identitätsanbieter betreuen.
activity-hint = Etwas, das Sie nicht kennen? Ändern Sie Ihr Passwort und beenden Sie alle anderen Sitzungen.
done-name = Ihr Name ist gespeichert.
done-language = Ihre Sprache ist gespeichert.
language = Sprache
language-auto = Wie im Browser
language-hint = Für Seiten und Nachrichten.
save-language = Sprache speichern
language-managed = Ihre Sprache kommt vom Identitätsanbieter Ihrer Organisation und wird dort geändert. Die Seiten richten sich nach Ihrem Browser.
done-password = Ihr Passwort ist geändert.
done-mfa-on = MFA ist aktiv. Von jetzt an braucht die Anmeldung einen Code von Ihrem Telefon.
done-mfa-off = MFA ist ausgeschaltet.
done-app-removed = Die Authenticator-App ist entfernt. Die Anmeldung braucht jetzt einen Passkey.
done-session = Die Sitzung ist beendet.
done-sessions = Alle anderen Sitzungen sind beendet.
done-token = Der Token gilt nicht mehr.
deed-signed-in = Angemeldet
deed-sign-in-failed = Jemand hat versucht, sich anzumelden
deed-signed-out = Abgemeldet
deed-sessions-ended = Sitzungen wurden beendet
deed-password-set = Ein Passwort wurde gesetzt
deed-temporary-set = Ein vorläufiges Passwort wurde gesetzt
deed-password-changed = Das Passwort wurde geändert
deed-reset-asked = Ein Link für ein neues Passwort wurde angefordert
deed-password-reset = Über einen Link wurde ein neues Passwort gewählt
deed-mfa-required = Die Forderung nach einem zweiten Faktor wurde geändert
deed-mfa-enrolled = Eine Authenticator-App wurde eingerichtet
deed-mfa-removed = Der zweite Faktor wurde ausgeschaltet
deed-app-removed = Die Authenticator-App wurde entfernt
deed-mfa-reset = Der zweite Faktor wurde zurückgesetzt
deed-code-used = Ein Wiederherstellungscode wurde benutzt
deed-codes-renewed = Neue Wiederherstellungscodes wurden gemacht
deed-token-made = Ein Token wurde gemacht
deed-token-ended = Ein Token wurde beendet
deed-consented = Einer Anwendung wurde Zugang erlaubt
deed-activated = Das Konto wurde aktiviert
why-password = Falsches Passwort
why-totp = Falscher Code der Authenticator-App
why-recovery-code = Falscher Wiederherstellungscode
why-throttled = Zu viele Versuche, darum nicht geprüft
why-other = Zu diesem Zeitpunkt nicht möglich

## Was nicht ging
error-sign-in-first = Melden Sie sich zuerst an
error-sign-in-first-text = Diese Seite ist für angemeldete Personen.
error-sign-in-first-next = Vielleicht ist Ihre Sitzung inzwischen zu Ende. Melden Sie sich wieder an, dann geht es weiter.
error-no-access = Das dürfen Sie nicht
error-no-access-text = Ihr Konto hat hierzu keinen Zugang.
error-no-access-next = Wenn Sie ihn brauchen, fragen Sie jemanden aus der Verwaltung Ihrer Organisation.
error-nothing-here = Hier ist nichts
error-nothing-here-text = Die Seite gibt es nicht, oder sie ist nicht für Ihr Konto.
error-nothing-here-next = Prüfen Sie, ob die Adresse richtig getippt ist.
error-changed = Das geht jetzt nicht
error-changed-text = Etwas hat sich geändert, seit Sie die Seite geöffnet haben.
error-changed-next = Gehen Sie zurück, laden Sie die Seite neu und machen Sie es noch einmal.
error-too-much = Bitte warten Sie einen Augenblick
error-too-much-text = Es waren zu viele Versuche in kurzer Zeit. Warten Sie etwas und versuchen Sie es dann wieder.
error-too-much-next = Das Warten zwischen Versuchen hält die fern, die raten.
error-ours = Hier ist etwas schiefgegangen
error-ours-text = Der Server konnte das nicht beenden, und nichts wurde geändert.
error-ours-next = Versuchen Sie es gleich noch einmal. Geschieht es wieder, nennen Sie der Verwaltung die Nummer der Anfrage.
error-bad-request = Diese Anfrage ist nicht zu gebrauchen
error-bad-request-text = Der Link oder das Formular, das Sie hierher geführt hat, ist unvollständig, zu alt oder ungültig.
error-bad-request-next = Gehen Sie zur Anwendung zurück und fangen Sie von vorn an. Geschieht es wieder, nennen Sie denen, die sie betreiben, die Nummer der Anfrage.
error-no-such-deed = Das geht hier nicht
error-no-such-deed-text = Die Seite gibt es, aber was von ihr verlangt wurde, tut sie nicht.
error-no-such-deed-next = Öffnen Sie die Seite neu über ihre Adresse oder einen Link, und nehmen Sie, was sie anbietet.
error-too-large = Das ist zu groß
error-too-large-text = Was Sie gesendet haben, ist größer, als hier angenommen wird.
error-too-large-next = Gehen Sie zurück, senden Sie eine kleinere Datei oder weniger Text, und versuchen Sie es noch einmal. Geändert wurde nichts.
request-number = Anfrage

## Was am Getippten nicht stimmt
wrong-user-name = Geben Sie Ihren Benutzernamen ein, höchstens 254 Zeichen.
wrong-password = Dieser Benutzername und dieses Passwort gehören nicht zusammen, oder es waren zu viele Versuche: Warten Sie dann bis zu 15 Minuten. Prüfen Sie beides und versuchen Sie es noch einmal.
wrong-password-or-organisation = Dieser Benutzername und dieses Passwort gehören nicht zusammen, oder es waren zu viele Versuche: Warten Sie dann bis zu 15 Minuten. Prüfen Sie beides und versuchen Sie es noch einmal. Hat jemand einer anderen Organisation denselben Benutzernamen, gehen Sie zurück und nennen Sie auch Ihre Organisation.
wrong-code = Dieser Code ist nicht richtig oder wurde schon benutzt. Warten Sie auf den nächsten und versuchen Sie es noch einmal. Nach zu vielen Versuchen muss auch der richtige warten, bis zu 15 Minuten.
wrong-recovery-code = Dieser Wiederherstellungscode ist nicht richtig oder wurde schon benutzt. Jeder gilt einmal.
wrong-first-code = Dieser Code ist nicht richtig. Prüfen Sie, ob das Telefon dieses Konto zeigt, warten Sie auf den nächsten Code und versuchen Sie es noch einmal.
wrong-key-old = Das hat zu lange gedauert, darum gibt es einen neuen Schlüssel. Scannen Sie das Bild noch einmal.
wrong-save-first = Heben Sie zuerst die Codes auf, dann aktivieren Sie.
wrong-too-many = Es waren zu viele falsche Codes. Fangen Sie von vorn an, und warten Sie bis zu 15 Minuten, wenn der richtige Code nicht gilt.
wrong-current = Das ist nicht Ihr jetziges Passwort. Prüfen Sie es und versuchen Sie es noch einmal.
wrong-differ = Die beiden Passwörter sind nicht gleich. Tippen Sie das neue zweimal.
wrong-name = Geben Sie Ihren Namen ein: höchstens 256 Zeichen, ohne Zeilenumbrüche und Tabulatoren.
wrong-address-taken = Jemand bei { $name } hat diese Adresse schon. Melden Sie sich an oder fragen Sie die Verwaltung.
token-name-wrong = Geben Sie dem Token einen Namen: höchstens 100 Zeichen, ohne Zeilenumbrüche und Tabulatoren.
token-may-nothing = Wählen Sie mindestens eines, was der Token darf.
weak-short = Nehmen Sie mindestens { $count } Zeichen.
weak-long = Nehmen Sie höchstens { $count } Zeichen ({ $bytes } Bytes).
weak-control = Lassen Sie Zeilenumbrüche, Tabulatoren und andere Steuerzeichen weg.
weak-upper = { $count ->
    [one] Nehmen Sie mindestens einen Großbuchstaben.
   *[other] Nehmen Sie mindestens { $count } Großbuchstaben.
 }
weak-lower = { $count ->
    [one] Nehmen Sie mindestens einen Kleinbuchstaben.
   *[other] Nehmen Sie mindestens { $count } Kleinbuchstaben.
 }
weak-digit = { $count ->
    [one] Nehmen Sie mindestens eine Ziffer.
   *[other] Nehmen Sie mindestens { $count } Ziffern.
 }
weak-special = { $count ->
    [one] Nehmen Sie mindestens ein Sonderzeichen, etwa - oder !.
   *[other] Nehmen Sie mindestens { $count } Sonderzeichen, etwa - oder !.
 }
weak-common = Das ist eines der ersten Passwörter, die jeder raten würde.
weak-context = Das ist kaum mehr als Ihr Name, Ihre Organisation oder der Name des Produkts.
weak-same = Wählen Sie ein anderes Passwort als das, das Sie haben.
rule-length = Mindestens { $count } Zeichen.
rule-upper = { $count ->
    [one] Mit einem Großbuchstaben.
   *[other] Mit mindestens { $count } Großbuchstaben.
 }
rule-lower = { $count ->
    [one] Mit einem Kleinbuchstaben.
   *[other] Mit mindestens { $count } Kleinbuchstaben.
 }
rule-digit = { $count ->
    [one] Mit einer Ziffer.
   *[other] Mit mindestens { $count } Ziffern.
 }
rule-special = { $count ->
    [one] Mit einem Sonderzeichen, etwa - oder !.
   *[other] Mit mindestens { $count } Sonderzeichen, etwa - oder !.
 }
rule-uncommon = Kein gängiges Passwort, und keines aus Ihrem Namen oder dem Ihrer Organisation.

## Passkeys
passkeys = Passkeys
passkeys-hint = Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder der PIN Ihres Geräts an, mit oder ohne Passwort.
passkey-name = Name
passkey-name-hint = Damit Sie ihn wiedererkennen, etwa „Laptop im Büro“. Darf leer bleiben.
passkey-added = Hinzugefügt
passkey-used = Zuletzt benutzt
passkey-unused = Nie
add-passkey = Passkey hinzufügen
passkey-lead = Ein Passkey ist ein Schlüssel auf Ihrem Gerät. Sie öffnen ihn mit Fingerabdruck, Gesicht oder der PIN des Geräts, und er meldet Sie ohne Passwort an.
make-passkey = Passkey anlegen
go-back = Zurück
passkey-not-made = Es wurde kein Passkey angelegt. Versuchen Sie es noch einmal, oder gehen Sie zurück.
passkey-known = Dieses Gerät hat schon einen Passkey für Ihr Konto.
no-passkey-made-here = Ihr Browser kann auf dieser Seite keinen Passkey anlegen: Dafür braucht es JavaScript und einen aktuellen Browser. Erlauben Sie JavaScript für diese Seite und laden Sie sie neu, oder gehen Sie zurück und nehmen Sie eine Authenticator-App.
use-passkey = Passkey benutzen
use-your-passkey = Benutzen Sie Ihren Passkey
passkey-failed = Es wurde kein Passkey benutzt. Versuchen Sie es noch einmal, oder machen Sie ohne weiter.
no-passkey-here = Ihr Browser kann auf dieser Seite keinen Passkey benutzen: Dafür braucht es JavaScript und einen aktuellen Browser. Erlauben Sie JavaScript für diese Seite und laden Sie sie neu, oder nehmen Sie einen Wiederherstellungscode.
passkey-instead = Stattdessen einen Passkey benutzen
remove-passkey = Entfernen
remove-passkey-question = Diesen Passkey entfernen?
remove-passkey-text = Er öffnet Ihr Konto nicht mehr, und Sie werden überall sonst abgemeldet. Ihr Gerät bietet ihn vielleicht weiter an, bis Sie ihn auch dort löschen.
factor-passkeys = Mit Ihren Passkeys
add-app = Authenticator-App hinzufügen
remove-app = App entfernen
remove-app-question = Die Authenticator-App entfernen?
remove-app-text = Codes der App zählen nicht mehr, und Sie werden überall sonst abgemeldet. Ihre Passkeys bleiben.
no-codes = Noch keine
make-codes = Wiederherstellungscodes anlegen
make-codes-question = Wiederherstellungscodes anlegen?
make-codes-text = Sie bekommen zehn Codes, die nur einmal gezeigt werden. Jeder meldet Sie ein Mal an, wenn Ihr zweiter Faktor nicht zur Hand ist.
by-passkey = Passkey
by-password-and-passkey = Passwort und Passkey
done-passkey-added = Der Passkey ist hinzugefügt. Von jetzt an meldet er Sie an.
done-passkey-removed = Der Passkey ist entfernt.
deed-passkey-added = Ein Passkey wurde hinzugefügt
deed-passkey-removed = Ein Passkey wurde entfernt
why-passkey = Ein Passkey, der nicht angenommen wurde
why-copied-passkey = Ein Passkey, der anscheinend kopiert wurde
wrong-passkey = Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder melden Sie sich anders an.
wrong-passkey-made = Der Passkey konnte nicht hinzugefügt werden, oder es hat länger als fünf Minuten gedauert. Versuchen Sie es noch einmal.
wrong-passkey-known = Diesen Passkey gibt es hier schon. Nehmen Sie ein anderes Gerät, oder entfernen Sie den Passkey zuerst.
wrong-passkeys-full = Sie haben zehn Passkeys. Entfernen Sie einen, den Sie nicht benutzen, und fügen Sie dann diesen hinzu.

## Eine andere E-Mail-Adresse
change-email = Ändern
add-email = Adresse angeben
change-email-heading = Ihre E-Mail-Adresse ändern
email-now = Post geht jetzt an { $name }.
email-new = Neue Adresse
email-change-hint = Wir senden einen Link dorthin. Die Adresse gilt, sobald Sie ihn geöffnet haben; bis dahin ändert sich nichts. Die jetzige Adresse erfährt davon.
email-send = Link senden
done-email-asked = Ein Link ist an die neue Adresse unterwegs. Öffnen Sie ihn innerhalb von 30 Minuten.
wrong-address = Geben Sie eine andere E-Mail-Adresse als die jetzige an, etwa ada@example.com.
confirm-email = Ihre neue Adresse bestätigen
confirm-email-lead = Von jetzt an geht Post zum Konto { $name } bei { $organisation } an { $address }.
confirm-email-yes = Diese Adresse bestätigen
confirm-email-no = Wenn Sie das nicht wollten, schließen Sie die Seite. Es ändert sich nichts.
email-confirmed = Ihre Adresse ist geändert
email-confirmed-lead = Post geht von jetzt an an { $name }. Links von vorher gelten nicht mehr.
deed-email-asked = Eine andere E-Mail-Adresse wurde verlangt
deed-email-changed = Die E-Mail-Adresse wurde geändert
account-settings = Kontoeinstellungen
account-settings-of = Kontoeinstellungen von { $name }
