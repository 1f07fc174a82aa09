//! From the package to its pages (GB/T 33190, 7): which document, which pages, what lies under them.

use super::leaves;
use super::matrix::Frame;
use super::package::{Package, Part};
use super::resources::Resources;
use crate::extract::{ExtractError, refusal, xml};
use crate::model::Format;
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;

/// The part that every package begins with.
const ENTRY: &str = "OFD.xml";

/// A document of the package, as the entry tells of it.
#[derive(Clone, Debug, Default)]
struct Body {
    root: String,
    title: String,
    /// The version in force, where there are several.
    version: Option<String>,
}

/// The document that is read.
#[derive(Debug, Default)]
pub(super) struct Root {
    part: Part,
    /// Titles of the other documents in the package, or where they lie.
    pub others: Vec<String>,
}

impl Root {
    /// Finds the document: the first one, in the version in force.
    pub fn find(package: &mut Package<'_>) -> Result<Root, ExtractError> {
        let Some(entry) = package.part("", ENTRY)? else {
            return Err(damaged("找不到入口文件（OFD.xml）", "there is no entry part (OFD.xml)"));
        };
        let mut bodies = bodies(&entry.text).into_iter();
        let Some(first) = bodies.next() else {
            return Err(damaged("入口文件中没有文档", "the entry part names no document"));
        };
        let part = match first.version(package, &entry.name)? {
            Some(part) => Some(part),
            None => package.part(&entry.name, &first.root)?,
        };
        let Some(part) = part else {
            return Err(damaged("找不到文档的根文件", "the document's root part is missing"));
        };
        let name = |body: Body| if body.title.is_empty() { body.root } else { body.title };
        Ok(Root { part, others: bodies.map(name).collect() })
    }
}

impl Body {
    /// The root of the version in force.
    fn version(&self, package: &mut Package<'_>, from: &str) -> Result<Option<Part>, ExtractError> {
        let Some(location) = &self.version else { return Ok(None) };
        let Some(version) = package.part(from, location)? else { return Ok(None) };
        let mut root = None;
        leaves::each(&version.text, |element, text| {
            if element.local_name().as_ref() == "DocRoot" {
                root = Some(text.to_owned());
            }
        });
        match root {
            Some(root) => package.part(&version.name, &root),
            None => Ok(None),
        }
    }
}

fn bodies(entry: &str) -> Vec<Body> {
    let mut all = Vec::new();
    let mut body = Body::default();
    leaves::each(entry, |element, text| match element.local_name().as_ref() {
        "DocRoot" => body.root = text.to_owned(),
        "Title" => body.title = text.to_owned(),
        "Version" if is_true(element, "Current") => {
            body.version = xml::attribute(element, "BaseLoc");
        }
        "DocBody" => all.push(std::mem::take(&mut body)),
        _ => {}
    });
    all.retain(|body| !body.root.is_empty());
    all
}

/// What the root part says of the document.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The root part's own name.
    pub name: String,
    /// Size of pages that give none.
    pub frame: Option<Frame>,
    resources: Vec<String>,
    /// Where the pages lie, in their order, with their numbers.
    pub pages: Vec<(String, String)>,
    templates: BTreeMap<String, Template>,
    annotations: Option<String>,
    attachments: Option<String>,
    /// It could be read to its end.
    pub sound: bool,
}

#[derive(Clone, Debug, Default)]
struct Template {
    location: String,
    order: Option<String>,
    part: Option<Part>,
}

impl Outline {
    pub fn read(root: &Root) -> Outline {
        let mut out = Outline { name: root.part.name.clone(), ..Outline::default() };
        out.sound = leaves::each(&root.part.text, |element, text| {
            let value = |name| xml::attribute(element, name).unwrap_or_default();
            match element.local_name().as_ref() {
                "PhysicalBox" if out.frame.is_none() => out.frame = Frame::read(text),
                "PublicRes" | "DocumentRes" => out.resources.push(text.to_owned()),
                "Page" => out.pages.push((value("BaseLoc"), value("ID"))),
                "TemplatePage" => {
                    let order = xml::attribute(element, "ZOrder");
                    let template = Template { location: value("BaseLoc"), order, part: None };
                    out.templates.insert(value("ID"), template);
                }
                "Annotations" => out.annotations = Some(text.to_owned()),
                "Attachments" => out.attachments = Some(text.to_owned()),
                _ => {}
            }
        });
        out
    }

    /// The resources of the whole document.
    pub fn resources(&self, package: &mut Package<'_>) -> Result<Resources, ExtractError> {
        let mut resources = Resources::default();
        for location in &self.resources {
            if let Some(part) = package.part(&self.name, location)? {
                resources.add(part);
            }
        }
        Ok(resources)
    }

    /// The content of a template, and whether it lies over the page; unpacked once.
    pub fn template(
        &mut self,
        package: &mut Package<'_>,
        used: &Used,
    ) -> Result<Option<(&Part, bool)>, ExtractError> {
        let Some(template) = self.templates.get_mut(&used.template) else { return Ok(None) };
        if template.part.is_none() {
            template.part = package.part(&self.name, &template.location)?;
        }
        let order = used.order.as_deref().or(template.order.as_deref());
        let over = order == Some("Foreground");
        Ok(template.part.as_ref().map(|part| (part, over)))
    }

    /// Numbers of the pages that somebody has typed on: text among the annotations that is neither a
    /// stamp nor a watermark.
    pub fn typed_on(&self, package: &mut Package<'_>) -> Result<Vec<String>, ExtractError> {
        let Some(location) = &self.annotations else { return Ok(Vec::new()) };
        let Some(list) = package.part(&self.name, location)? else { return Ok(Vec::new()) };
        let mut files: Vec<(String, String)> = Vec::new();
        let mut file = String::new();
        leaves::each(&list.text, |element, text| match element.local_name().as_ref() {
            "FileLoc" => file = text.to_owned(),
            "Page" => {
                let page = xml::attribute(element, "PageID").unwrap_or_default();
                files.push((page, std::mem::take(&mut file)));
            }
            _ => {}
        });
        let mut pages = Vec::new();
        for (page, file) in files {
            let part = package.part(&list.name, &file)?;
            if part.is_some_and(|part| has_typed(&part.text)) {
                pages.push(page);
            }
        }
        Ok(pages)
    }

    /// Names of the files attached.
    pub fn attachments(&self, package: &mut Package<'_>) -> Result<Vec<String>, ExtractError> {
        let Some(location) = &self.attachments else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        if let Some(list) = package.part(&self.name, location)? {
            leaves::each(&list.text, |element, _| {
                if element.local_name().as_ref() == "Attachment" {
                    names.extend(xml::attribute(element, "Name"));
                }
            });
        }
        Ok(names)
    }
}

fn has_typed(text: &str) -> bool {
    let (mut words, mut found) = (false, false);
    leaves::each(text, |element, text| match element.local_name().as_ref() {
        "TextCode" => words |= !text.is_empty(),
        "Annot" => {
            let kind = xml::attribute(element, "Type").unwrap_or_default();
            let shown = xml::attribute(element, "Visible").is_none_or(|v| v.trim() != "false");
            found |= words && shown && !["Watermark", "Stamp", "Link"].contains(&kind.as_str());
            words = false;
        }
        _ => {}
    });
    found
}

/// A template as a page uses it.
#[derive(Clone, Debug, Default)]
pub(super) struct Used {
    template: String,
    order: Option<String>,
}

/// What a page says of itself besides its content.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub frame: Option<Frame>,
    pub templates: Vec<Used>,
    pub resources: Vec<String>,
}

impl Head {
    pub fn read(page: &str) -> Head {
        let mut head = Head::default();
        leaves::each(page, |element, text| match element.local_name().as_ref() {
            "PhysicalBox" if head.frame.is_none() => head.frame = Frame::read(text),
            "PageRes" => head.resources.push(text.to_owned()),
            "Template" => head.templates.push(Used {
                template: xml::attribute(element, "TemplateID").unwrap_or_default(),
                order: xml::attribute(element, "ZOrder"),
            }),
            _ => {}
        });
        head
    }
}

fn is_true(element: &BytesStart<'_>, name: &str) -> bool {
    xml::attribute(element, name).is_some_and(|value| value.trim() == "true")
}

pub(super) fn damaged(zh: &str, en: &str) -> ExtractError {
    refusal::damaged(Format::Ofd, zh, en)
}
