# Verbindungen zu Identitätsanbietern, in der Konsole.
connections = Verbindungen
connections-hint = Die Identitätsanbieter der Organisation: Sie liefern Personen und Gruppen (SCIM), und man meldet sich bei ihnen an (OpenID Connect).
no-connections = Noch gibt es keinen Identitätsanbieter. Alle melden sich hier mit einem Passwort an.
new-connection = Neue Verbindung
why-no-connection = Ihre Rolle darf über eine Verbindung keine Rolle vergeben; deshalb können Sie keine anlegen. Bitten Sie jemanden, der Rollen vergeben darf.
connection-issuer = Aussteller
connection-domains = Zugeordnete Domains
connection-domains-hint = Adressen dieser Domains führen dorthin. Weitere werden beim Ändern gewählt, sobald sie nachgewiesen sind.
connection-people = Personen
connection-edit = Ändern
edit-connection = { $name } ändern
connection-not-yours = Sie können nicht ändern, wie man sich dort anmeldet, und keine Token erstellen, denn die Verbindung reicht weiter als Sie.
connection-kept = Sie können sie nicht löschen.
connection-addresses = Für die Einstellungen beim Identitätsanbieter
connection-addresses-hint = Kopieren Sie diese Angaben dorthin, wo der Identitätsanbieter danach fragt.
connection-scim-url = Basis-URL für SCIM
connection-redirect-uri = Umleitungs-URI
connection-initiate-uri = Wo eine Anmeldung beginnt
connection-backchannel-uri = Abmeldung von Server zu Server
connection-frontchannel-uri = Abmeldung über den Browser
connection-universal-uri = Universal Logout von Okta
copy-named = Kopieren: { $name }
connection-sign-in = Anmeldung
connection-sign-in-hint = Lassen Sie Aussteller und Kennung leer, wenn der Identitätsanbieter nur Personen liefert.
connection-sign-in-stays = Man meldet sich dort an, und das lässt sich einer Verbindung nicht nehmen. Halten Sie die Verbindung stattdessen an, oder löschen Sie sie.
connection-issuer-hint = Die Adresse, die der Identitätsanbieter als seinen Aussteller (Issuer) nennt, etwa https://acme.okta.com. Wer von jetzt an angelegt wird, meldet sich dort an.
connection-only-pushes = Keiner: Er liefert nur Personen, und niemand meldet sich dort an
connection-client-id = Kennung dieses Servers dort (Client-ID)
connection-secret = Geheimnis dieses Servers dort (Client-Secret)
connection-secret-hint = Der Identitätsanbieter zeigt es neben der Kennung an. Es wird verschlüsselt gespeichert und nie angezeigt.
connection-secret-kept = Gespeichert, wird nie angezeigt
connection-secret-stays = Lassen Sie das Feld leer, um das gespeicherte zu behalten. Bei einem anderen Aussteller wird es neu verlangt.
connection-jit = Wer sich anmeldet und nicht geliefert wurde, wird als Benutzer angelegt
connection-jit-hint = Diese Personen bekommen die Standardrolle. Lassen Sie es aus, wo der Identitätsanbieter Personen liefert.
connection-by-email = Personen über ihre Adresse finden
connection-by-email-hint = Für Personen dieses Anbieters ohne eine Kennung, unter der er sie anmeldet, etwa hier von Hand angelegte. Der Anbieter muss sagen, dass die Adresse bestätigt ist, sie muss zu einer Domain gehören, die zu dieser Verbindung führt, und niemand sonst hier darf sie haben. Wer eine geschützte Rolle hat, wird nie gefunden. Jede Person wird einmal verknüpft und bekommt darüber eine E-Mail.
connection-mfa = Zweiter Faktor
connection-mfa-policy = Wie es die Richtlinie sagt
connection-mfa-policy-text = Die Sicherheitsrichtlinien der Organisation sagen, was zählt.
connection-amr = Methoden, die zwei Faktoren belegen (amr)
connection-acr = Kontexte, die zwei Faktoren belegen (acr)
connection-words-hint = Ein Wert je Zeile, so wie ihn der Identitätsanbieter in seine ID-Token schreibt. Ein leeres Feld heißt, dass nichts dieser Art zwei Faktoren belegt. Werte aus acrs, die Entra schickt, zählen als Kontexte.
connection-proves-nothing = Nichts dieser Art belegt zwei Faktoren
connection-provisioning = Bereitstellung
connection-default-role = Standardrolle
connection-default-role-hint = Für alle, denen nichts anderes eine Rolle gibt.
connection-no-role = Keine Rolle
connection-max-role = Höchste Rolle
connection-max-role-hint = Sie vergibt und verwaltet diese Rolle und die darunter.
connection-every-role = Jede Rolle, die nicht geschützt ist
connection-protected-roles = Vergibt geschützte Rollen
connection-governance = Verwaltet, wer was darf
connection-governance-hint = Der Anbieter erfährt, welche Rollen und Entitlements es gibt (Okta Identity Governance), und Entitlements, die er sendet, geben Rollen. Eine Änderung gilt für eine Person ab der nächsten Meldung über sie.
connection-role-attribute = Attribut, das Rollen gibt
connection-role-attribute-hint = Ein Attribut von Benutzern, dessen Text der Schlüssel oder der Name einer Rolle ist, neben „roles“: userType oder eines aus einem eigenen Schema mit dem Schema davor, zum Beispiel urn:example:acme:User:accessLevel. Bleibt das Feld leer, gibt nur „roles“ Rollen, und „entitlements“, wo der Anbieter verwaltet. Wer das Attribut beim Anbieter ändern darf, vergibt diese Rollen. Eine Änderung gilt für eine Person ab der nächsten Meldung über sie.
connection-unknown = Mitglieder, die es noch nicht gibt
connection-unknown-hold = Warten, bis es sie gibt
connection-unknown-ignore = Werden ausgelassen
connection-unknown-reject = Lassen die Lieferung scheitern
connection-last = Wer als Letzter eine geschützte Rolle hat
connection-last-suspend = Wird sofort ausgesperrt, behält die Rolle, und es gibt einen Alarm
connection-last-refuse = Kann von ihr nicht abgeschaltet werden
connection-name-hint = Wie sie hier und auf der Anmeldeseite heißt.
connection-make = Verbindung anlegen
connection-tokens = SCIM-Token
connection-tokens-hint = Mit einem davon liefert der Identitätsanbieter. Erstellen Sie einen neuen, tragen Sie ihn dort ein, und beenden Sie den alten: Bis dahin gelten beide.
connection-no-tokens = Es gibt keinen; der Identitätsanbieter kann nichts liefern.
connection-token = SCIM-Token
connection-token-over = (abgelaufen)
connection-token-works-for = Der erste Token gilt
connection-new-token-hint = Die vorhandenen Token bleiben, damit nichts stillsteht, während Sie ihn beim Identitätsanbieter austauschen.
once-connection-title = SCIM-Token von { $name }
once-connection-text = Kopieren Sie ihn in die Einstellungen des Identitätsanbieters. Er wird nur jetzt angezeigt und gilt bis { $until }.
ask-end-connection-token-text = Der Token { $name } von { $account } ist sofort ungültig, und der Identitätsanbieter kann damit nichts mehr liefern. Das lässt sich nicht rückgängig machen; andere Token bleiben.
do-pause = Anhalten
do-resume = Fortsetzen
ask-pause-connection = { $name } anhalten?
ask-pause-connection-text = Niemand kann sich über { $name } anmelden, und Lieferungen werden mit „später“ beantwortet, damit sie wiederkommen. Wer angemeldet ist, bleibt es.
ask-resume-connection = { $name } fortsetzen?
ask-resume-connection-text = Man kann sich wieder über { $name } anmelden, und Lieferungen werden angenommen.
ask-delete-connection = { $name } löschen?
ask-delete-connection-text = Was { $name } gegeben hat, endet sofort: Token, Gruppen und die Rollen, die daher kommen. Die Personen bleiben und melden sich darüber nicht mehr an. Das lässt sich nicht rückgängig machen.
connection-goes-people = { $count ->
    [one] Eine Person kommt daher und bleibt.
   *[other] { $count } Personen kommen daher und bleiben.
 }
connection-goes-locked-out = { $count ->
    [0] Niemand verliert den Zugang.
    [one] Eine Person kann sich jetzt anmelden und danach nicht mehr, bis eine andere Verbindung sie übernimmt.
   *[other] { $count } Personen können sich jetzt anmelden und danach nicht mehr, bis eine andere Verbindung sie übernimmt.
 }
connection-goes-held = { $count ->
    [one] Eine Person soll durch sie deaktiviert werden und wartet darauf. Sie bleibt aktiv, und niemand wird mehr gefragt.
   *[other] { $count } Personen sollen durch sie deaktiviert werden und warten darauf. Sie bleiben aktiv, und niemand wird mehr gefragt.
 }
connection-goes-groups = { $count ->
    [0] Keine Gruppe entfällt.
    [one] Eine Gruppe entfällt, mit den Rollen, die sie gibt.
   *[other] { $count } Gruppen entfallen, mit den Rollen, die sie geben.
 }
connection-goes-tokens = { $count ->
    [0] Kein Token endet.
    [one] Ein Token endet.
   *[other] { $count } Token enden.
 }
connection-goes-roles = Rollen, die Personen verlieren: { $name }
connection-goes-domains = Domains, deren Adressen danach nirgendwohin führen: { $name }
said-connection-changed = Die Verbindung wurde geändert.
said-connection-paused = Die Verbindung ist angehalten.
said-connection-resumed = Die Verbindung arbeitet wieder.
said-connection-deleted = Die Verbindung wurde gelöscht, mit ihren Token und Gruppen.
go-connections = SSO, SCIM, OIDC, Okta, Entra, Identitätsanbieter, Bereitstellung
go-new-connection = SSO, SCIM, Okta, Entra, Identitätsanbieter, Einrichten

## Stille

connection-silence = Stunden ohne Anfrage, bis sie als still gilt
connection-journal-days = Tage, die Anfragen im Journal bleiben
connection-silence-hint = Wer Verbindungen verwaltet, bekommt dann eine E-Mail, und eine weitere, wenn sie wieder zu hören ist. Bleibt das Feld leer, sind es 48 Stunden bei Entra und 168 bei anderen. 0 heißt nie, höchstens sind es { $count }.
connection-silence-after = { $count ->
    [0] Sie gilt nie als still
    [one] Still nach einer Stunde ohne Anfrage
   *[other] Still nach { $count } Stunden ohne Anfrage
 }

## Wie schnell sie fragen darf

connection-pace = Anfragen je Sekunde
connection-pace-hint = Was schneller kommt, wird mit „zu schnell“ und einer Wartezeit beantwortet; wer deaktiviert oder gelöscht wird, hat daneben eine eigene Spur. Bleibt das Feld leer, sind es 100 in der Sekunde; mindestens 10, höchstens { $count }. Entra sendet höchstens 25.
connection-pace-is = { $count ->
    [0] So viele, wie sie sendet
   *[other] { $count }, auf einmal doppelt so viele
 }

## Von wo ihre Token gelten, und wofür

connection-events = Adresse für Ereignisse zu Anfragen, auf deren Ergebnis nicht gewartet wurde
connection-events-hint = Für einen Identitätsanbieter, der „Prefer: respond-async“ sendet: eine https-Adresse, die signierte Ereignisse annimmt (RFC 9967), etwa https://id.example/events. Bleibt das Feld leer, kann er nur nachfragen.
connection-allowed = Adressen, von denen ihre SCIM-Token gelten
connection-allowed-hint = In jeder Zeile eine Adresse oder ein Netz, etwa 192.0.2.7, 192.0.2.0/24 oder 2001:db8::/32. Ein Token, der von anderswo kommt, wird wie ein unbekannter abgewiesen, und „Zustand“ sagt, woher er kam. Bleibt das Feld leer, gelten sie von überall.
connection-allowed-all = Von überall
scim-scope-everything = Alles
scim-scope-read-users = Benutzer lesen
scim-scope-write-users = Benutzer anlegen, ändern und löschen
scim-scope-read-groups = Gruppen lesen, mit den Namen ihrer Mitglieder
scim-scope-write-groups = Gruppen anlegen, ändern und löschen
scim-scope-read-roles = Lesen, welche Rollen und Berechtigungen es gibt
scim-scopes-hint = Identitätsanbieter brauchen alles. Nehmen Sie weg, was ein Programm nicht braucht, das zum Beispiel nur liest. Wer etwas ändern darf, darf es auch lesen.
scim-attributes = Nur diese Attribute
scim-attributes-only = Nur:
scim-attributes-hint = Nichts für alle. Sonst eines pro Zeile, wie es in den SCIM-Schemas heißt: userName, name.familyName, emails, active, displayName, members. Was nicht genannt ist, wird nicht gezeigt und bleibt, wie es ist. Ohne active wird niemand angelegt, deaktiviert oder gelöscht.

## Wie es den Verbindungen geht

health = Zustand
health-lead = Wie es jeder Verbindung geht und was hilft, wo etwas nicht stimmt. Gezählt sind die Anfragen der letzten 24 Stunden.
health-well = Alles in Ordnung
health-needs-you = Braucht Sie
health-silent = Still
health-last-request = Letzte Anfrage
health-last-success = Letzte Anfrage, die gelang
health-last-day = Letzte 24 Stunden
health-requests = { $count ->
    [0] Keine Anfrage
    [one] Eine Anfrage.
   *[other] { $count } Anfragen.
 }
health-refused = { $count ->
    [0] Keine wurde abgewiesen.
    [one] Eine wurde abgewiesen oder nicht ausgeführt ({ $percent } %).
   *[other] { $count } wurden abgewiesen oder nicht ausgeführt ({ $percent } %).
 }
health-days = { $count ->
    [one] Noch ein Tag
   *[other] Noch { $count } Tage
 }
health-token-over = Beendet
health-token-replaced = Durch einen anderen ersetzt
health-open-connection = Die Verbindung öffnen
health-resume = Sie ist angehalten: Der Identitätsanbieter soll später wiederkommen. Setzen Sie sie fort, wenn die Bereitstellung weitergehen soll.
health-make-token = Kein Token gilt mehr, also wird jede Anfrage abgewiesen. Erstellen Sie einen neuen und tragen Sie ihn in den Einstellungen des Identitätsanbieters ein.
health-replace-token = { $count ->
    [0] Der Token, den der Identitätsanbieter zuletzt benutzt hat, hat geendet. Tragen Sie dort einen ein, der gilt.
    [one] Der Token, den der Identitätsanbieter benutzt, endet innerhalb eines Tages. Erstellen Sie einen neuen und tragen Sie ihn dort ein.
   *[other] Der Token, den der Identitätsanbieter benutzt, endet in { $count } Tagen. Erstellen Sie einen neuen und tragen Sie ihn dort ein.
 }
health-give-address = Von ihr war noch nie etwas zu hören. Tragen Sie die SCIM-Basis-URL und einen Token in den Einstellungen des Identitätsanbieters ein und testen Sie dort die Verbindung.
health-check-address = Am { $at } wurde ein Token dieser Verbindung von { $address } benutzt; diese Adresse ist nicht erlaubt. Ist das der Identitätsanbieter, erlauben Sie die Adresse. Sonst ist der Token in falschen Händen: Erstellen Sie einen anderen und beenden Sie dann diesen.
health-find-silence = Seit { $at } war nichts mehr zu hören. Sehen Sie in der Konsole des Identitätsanbieters nach, ob die Bereitstellung dort läuft und was ihr Protokoll sagt.
health-refused-malformed = Viele Anfragen wurden abgewiesen, weil der Identitätsanbieter etwas sendet, das sich nicht lesen lässt ({ $status }). Im Journal steht, was er stattdessen senden soll.
health-refused-unknown = Viele Anfragen betreffen jemanden oder etwas, das es hier nicht gibt ({ $status }). Lassen Sie den Identitätsanbieter die Bereitstellung von vorn beginnen, damit er die neuen Ids erfährt.
health-refused-conflict = Viele Anfragen wurden abgewiesen, weil jemand anderes hier denselben Namen oder dieselbe Id hat ({ $status }). Im Journal steht, wer im Weg ist.
health-refused-large = Viele Anfragen waren zu groß ({ $status }). Lassen Sie den Identitätsanbieter weniger auf einmal senden.
health-refused-fast = Viele Anfragen kamen zu schnell ({ $status }). Der Identitätsanbieter sendet sie von selbst noch einmal. Hält das an, erhöhen Sie die Anfragen je Sekunde.
health-refused-failed = Viele Anfragen konnte dieser Server nicht beantworten ({ $status }). Der Identitätsanbieter versucht es von selbst noch einmal; wer diesen Server betreibt, findet die Ursache im Log.
health-push-members = { $count ->
    [one] Eine Gruppe wartet auf jemanden, den der Identitätsanbieter nicht übertragen hat. Weisen Sie diese Person dort auch der Anwendung zu.
   *[other] Gruppen warten auf { $count } Mitglieder, die der Identitätsanbieter nicht übertragen hat. Weisen Sie diese Personen dort auch der Anwendung zu.
 }
connection-clients = OAuth-Clients
connection-clients-hint = Statt mit einem langlebigen Token kann sich der Identitätsanbieter selbst Token für eine Stunde holen: mit einem eigenen Client, einem Geheimnis oder einem Schlüssel. Erstellen Sie einen neuen Client, bevor Sie den alten beenden: Bis dahin gelten beide.
connection-new-client-hint = Der Client holt seine Token mit „Client Credentials“ und dem Scope „scim“. Er darf, was ein SCIM-Token dieser Verbindung darf, und sonst nichts.
client-token-endpoint = Token-Endpunkt
client-audience = Empfänger (Audience) signierter Nachweise
client-id = Client-ID
client-proof = Weist sich aus mit
client-by-key = Eigenem Schlüssel
client-by-secret = Geheimnis
client-keys = Öffentliche Schlüssel (JWKS)
client-keys-hint = Lassen Sie das Feld für einen Client mit Geheimnis leer. Mit Schlüsseln signiert der Client (private_key_jwt), und kein Geheimnis verlässt diesen Server.
new-client = Neuer Client
new-client-of = Neuer Client von { $name }
make-client = Client erstellen
end-client = Client { $name }
once-client-title = Geheimnis von { $name }
once-client-text = Tragen Sie es beim Identitätsanbieter ein, mit der Client-ID { $name } und dem Token-Endpunkt { $account }. Es wird nur jetzt gezeigt.
ask-end-client = Den Client { $name } beenden?
ask-end-client-text = Der Client { $name } von { $account } und alle seine Token sind sofort ungültig. Das lässt sich nicht rückgängig machen; andere Clients und Token bleiben.
do-end-client = Client beenden
said-client-made = Der Client wurde erstellt.
said-client-ended = Der Client und seine Token sind ungültig.
connection-entra = Mandant von Microsoft Entra ID
connection-entra-hint = Token, die Entra in diesem Mandanten ausstellt, öffnen die Verbindung ebenfalls, unter einer eigenen Adresse, die ihre Seite dann zeigt. Lassen Sie das Feld leer, wenn Entra ein SCIM-Token sendet.
connection-entra-audience = Empfänger (Audience) der Token von Entra
connection-entra-audience-hint = Lassen Sie das Feld leer, wenn „Geheimes Token“ in Entra leer ist und dort nichts anderes eingerichtet wurde.
connection-entra-app = Anwendung, die die Token bekommt
connection-entra-app-hint = Lassen Sie das Feld für den Bereitstellungsdienst von Entra leer. Keine andere Anwendung des Mandanten und keine Person kommt mit einem Token herein. Der übliche Empfänger (Audience) und der übliche Dienst gelten aber für jede Bereitstellung des Mandanten: Wenn dort mehrere Personen solche einrichten, nennen Sie einen eigenen Empfänger, oder lassen Sie nur die Adressen dieser einen zu.
connection-entra-for = Für { $name }.
connection-entra-given-to = Ausgestellt für die Anwendung { $name }.
