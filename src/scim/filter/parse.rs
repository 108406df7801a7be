//! Reads filters.
//!
//! Words are cut first, with a bound on their number; the tree is then built by descent over `or`, `and`, `not` and
//! brackets, whose depth is counted. Literals are JSON and read by the JSON parser.

use serde_json::Value;

use super::super::schema::{Attribute, Kind, Located, Named, ResourceType};
use super::super::{Error, ScimType, json, moment, quirks};
use super::{AttributeRef, DEPTH_MAX, Filter, LENGTH_MAX, Literal, Op, TERMS_MAX};

/// Reads the filter of a query over resources of this type.
pub fn parse(resources: &'static ResourceType, text: &str) -> Result<Filter, Error> {
    Parser::new(Scope::Resource(resources), text)?.whole()
}

/// Reads the filter in the brackets of a PATCH path, over the sub-attributes of one attribute.
pub fn parse_element(list: Located, text: &str) -> Result<Filter, Error> {
    Parser::new(Scope::Element(list), text)?.whole()
}

#[derive(Clone, Copy)]
enum Scope {
    Resource(&'static ResourceType),
    Element(Located),
}

#[derive(Clone, Debug, PartialEq)]
enum Token<'t> {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Word(&'t str),
    Text(String),
}

struct Parser<'t> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'t>>>,
    scope: Scope,
    terms: usize,
}

impl<'t> Parser<'t> {
    fn new(scope: Scope, text: &'t str) -> Result<Self, Error> {
        if text.chars().nth(LENGTH_MAX).is_some() {
            return Err(Error::filter(format!("the filter is longer than {LENGTH_MAX} characters; shorten it")));
        }
        Ok(Self { tokens: cut(text)?.into_iter().peekable(), scope, terms: 0 })
    }

    fn whole(mut self) -> Result<Filter, Error> {
        let filter = self.any_of(0)?;
        match self.tokens.next() {
            None => Ok(filter),
            Some(token) => Err(unexpected(Some(&token), "`and`, `or` or the end of the filter")),
        }
    }

    fn any_of(&mut self, depth: usize) -> Result<Filter, Error> {
        let mut parts = vec![self.all_of(depth)?];
        while self.takes_word("or") {
            parts.push(self.all_of(depth)?);
        }
        Filter::or(parts).ok_or_else(nothing)
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, Error> {
        let mut parts = vec![self.one(depth)?];
        while self.takes_word("and") {
            parts.push(self.one(depth)?);
        }
        Filter::and(parts).ok_or_else(nothing)
    }

    fn one(&mut self, depth: usize) -> Result<Filter, Error> {
        if self.takes_word("not") {
            if self.tokens.peek() != Some(&Token::Open) {
                return Err(Error::filter("`not` must be followed by a filter in parentheses"));
            }
            return Ok(Filter::Not(Box::new(self.one(depth)?)));
        }
        match self.tokens.next() {
            Some(Token::Open) => {
                let filter = self.any_of(deeper(depth)?)?;
                self.expect(&Token::Close, "`)`")?;
                Ok(filter)
            }
            Some(Token::Word(word)) => self.term(word, depth),
            token => Err(unexpected(token.as_ref(), "an attribute, `not` or `(`")),
        }
    }

    fn term(&mut self, word: &str, depth: usize) -> Result<Filter, Error> {
        let at = self.resolve(word)?;
        if self.tokens.peek() == Some(&Token::OpenBracket) {
            return self.element(at, depth);
        }
        self.comparison(at)
    }

    // RFC 7644 3.4.2.2: `emails[type eq "work"]`; Entra also asks for `emails[type eq "work"].value eq "a"`, which is
    // one more condition on the same element.
    fn element(&mut self, at: Located, depth: usize) -> Result<Filter, Error> {
        if !at.attribute.multi_valued || at.attribute.kind != Kind::Complex || at.sub.is_some() {
            return Err(Error::filter(format!("`{}` has no elements to select from", at.attribute.name)));
        }
        let depth = deeper(depth)?;
        self.tokens.next();
        let outside = std::mem::replace(&mut self.scope, Scope::Element(at));
        let mut parts = vec![self.any_of(depth)?];
        self.expect(&Token::CloseBracket, "`]`")?;
        if let Some(sub) = self.takes_sub_attribute() {
            let at = self.resolve(sub)?;
            parts.push(self.comparison(at)?);
        }
        self.scope = outside;
        let filter = Filter::and(parts).ok_or_else(nothing)?;
        Ok(Filter::Element { attribute: AttributeRef::new(at), filter: Box::new(filter) })
    }

    fn comparison(&mut self, at: Located) -> Result<Filter, Error> {
        self.terms += 1;
        if self.terms > TERMS_MAX {
            let detail = format!("the filter has more than {TERMS_MAX} comparisons; split the query");
            return Err(Error::bad(ScimType::TooMany, detail));
        }
        let Some(Token::Word(word)) = self.tokens.next() else {
            return Err(Error::filter(format!("`{}` needs an operator such as `eq` or `pr`", at.attribute.name)));
        };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(AttributeRef::new(at)));
        }
        let op = Op::parse(word).ok_or_else(|| {
            Error::filter(format!("`{word}` is no operator; use eq, ne, co, sw, ew, gt, ge, lt, le or pr"))
        })?;
        let attribute = AttributeRef::new(compared(at)?);
        let value = literal(&attribute, op, self.tokens.next())?;
        Ok(Filter::Compare { attribute, op, value })
    }

    fn resolve(&self, word: &str) -> Result<Located, Error> {
        let found = match self.scope {
            Scope::Resource(resources) => match resources.resolve(word) {
                Some(Named::Attribute(at)) => Some(at),
                Some(Named::Core | Named::Extension(_)) | None => None,
            },
            Scope::Element(list) => list.attribute.sub(word).map(|sub| Located { sub: Some(sub), ..list }),
        };
        found
            .filter(|at| at.attribute.is_searchable() && at.sub.is_none_or(Attribute::is_searchable))
            .ok_or_else(|| Error::filter(format!("`{}` cannot be filtered by", shortened(word))))
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        let is_it = |token: &Token<'t>| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is_it).is_some()
    }

    fn takes_sub_attribute(&mut self) -> Option<&'t str> {
        let is_it = |token: &Token<'t>| matches!(token, Token::Word(word) if word.starts_with('.'));
        match self.tokens.next_if(is_it) {
            Some(Token::Word(word)) => word.strip_prefix('.'),
            Some(_) | None => None,
        }
    }

    fn expect(&mut self, token: &Token<'t>, named: &str) -> Result<(), Error> {
        match self.tokens.next() {
            Some(found) if found == *token => Ok(()),
            found => Err(unexpected(found.as_ref(), named)),
        }
    }
}

fn deeper(depth: usize) -> Result<usize, Error> {
    if depth == DEPTH_MAX {
        return Err(Error::filter(format!("the filter nests deeper than {DEPTH_MAX} levels; flatten it")));
    }
    Ok(depth + 1)
}

/// A complex attribute compared with a value means its `value`.
fn compared(at: Located) -> Result<Located, Error> {
    if at.sub.is_some() || at.attribute.kind != Kind::Complex {
        return Ok(at);
    }
    let sub = at.attribute.sub("value").ok_or_else(|| {
        Error::filter(format!("`{0}` has parts; compare one of them, such as `{0}.type`", at.attribute.name))
    })?;
    Ok(Located { sub: Some(sub), ..at })
}

fn literal(attribute: &AttributeRef, op: Op, token: Option<Token<'_>>) -> Result<Literal, Error> {
    let value = match token {
        Some(Token::Text(text)) => Value::String(text),
        Some(Token::Word(word)) => bare_literal(word)?,
        token => return Err(unexpected(token.as_ref(), "a value, such as \"text\", true or 5")),
    };
    let literal = typed(attribute.kind, value)
        .ok_or_else(|| Error::filter(format!("`{attribute}` is compared with a {} value", attribute.kind.as_str())))?;
    if !allows(attribute.kind, op, &literal) {
        return Err(Error::filter(format!("`{}` cannot be used with `{attribute}`", op.as_str())));
    }
    Ok(literal)
}

fn bare_literal(word: &str) -> Result<Value, Error> {
    let lower = word.to_ascii_lowercase();
    serde_json::from_str(&lower)
        .map_err(|_| Error::filter(format!("`{}` is no value; write text in double quotes", shortened(word))))
}

fn typed(kind: Kind, value: Value) -> Option<Literal> {
    if value.is_null() {
        return Some(Literal::Null);
    }
    match kind {
        Kind::String | Kind::Reference | Kind::Binary => match value {
            Value::String(text) => Some(Literal::Text(text)),
            Value::Number(number) => Some(Literal::Text(number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        },
        Kind::Boolean => value.as_bool().or_else(|| quirks::boolean_from_text(value.as_str()?)).map(Literal::Bool),
        Kind::Integer | Kind::Decimal => value.as_f64().map(Literal::Number),
        Kind::DateTime => moment::parse(value.as_str()?).map(Literal::Moment),
        Kind::Complex => None,
    }
}

// RFC 7644 3.4.2.2: ordering is undefined for booleans and binary values; parts of text exist only in text.
fn allows(kind: Kind, op: Op, literal: &Literal) -> bool {
    match op {
        Op::Eq | Op::Ne => true,
        Op::Co | Op::Sw | Op::Ew => *literal != Literal::Null && matches!(kind, Kind::String | Kind::Reference),
        Op::Gt | Op::Ge | Op::Lt | Op::Le => {
            *literal != Literal::Null && !matches!(kind, Kind::Boolean | Kind::Binary | Kind::Complex)
        }
    }
}

fn cut(text: &str) -> Result<Vec<Token<'_>>, Error> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            '"' => cut_text(rest)?,
            _ => cut_word(rest),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn cut_word(rest: &str) -> (Token<'_>, usize) {
    let end = rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(rest.len());
    (Token::Word(rest.get(..end).unwrap_or_default()), end)
}

fn cut_text(rest: &str) -> Result<(Token<'_>, usize), Error> {
    let end = text_length(rest).ok_or_else(|| Error::filter("a text in the filter has no closing quote"))?;
    let quoted = rest.get(..end).unwrap_or_default();
    let text: String = serde_json::from_str(quoted).map_err(|_| {
        Error::filter("a text in the filter is no JSON string; escape quotes and backslashes with `\\`")
    })?;
    if json::forbidden(&text).is_some() {
        return Err(Error::filter("a text in the filter holds a control character; remove it"));
    }
    Ok((Token::Text(text), end))
}

/// The length in bytes of the JSON string that a text starts with.
pub(in super::super) fn text_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(index + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn unexpected(token: Option<&Token<'_>>, wanted: &str) -> Error {
    let found = match token {
        None => "the filter ends".to_owned(),
        Some(Token::Open) => "there is a `(`".to_owned(),
        Some(Token::Close) => "there is a `)`".to_owned(),
        Some(Token::OpenBracket) => "there is a `[`".to_owned(),
        Some(Token::CloseBracket) => "there is a `]`".to_owned(),
        Some(Token::Word(word)) => format!("there is `{}`", shortened(word)),
        Some(Token::Text(_)) => "there is a text".to_owned(),
    };
    Error::filter(format!("{found} where {wanted} is expected"))
}

fn nothing() -> Error {
    Error::filter("the filter is empty")
}

fn shortened(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(64).collect()
}
