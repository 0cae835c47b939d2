//! How something feels: the one vocabulary of colours that badges, notes, banners and figures share.

use crate::icon::Icon;

/// The feeling of a state. Never shown by colour alone: an icon and a word go with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Neither good nor bad: a fact.
    #[default]
    Neutral,
    /// A fact that matters little, or one that nobody knows.
    Mute,
    /// What leads or is chosen.
    Accent,
    /// As it should be.
    Ok,
    /// In motion, or worth knowing.
    Info,
    /// Needs somebody soon.
    Warn,
    /// Needs somebody now.
    Bad,
}

impl Tone {
    /// Every tone, quiet ones first.
    pub const ALL: [Tone; 7] = [
        Tone::Neutral,
        Tone::Mute,
        Tone::Accent,
        Tone::Ok,
        Tone::Info,
        Tone::Warn,
        Tone::Bad,
    ];

    /// The class that colours a text.
    pub const fn text_class(self) -> &'static str {
        match self {
            Tone::Neutral => "t2",
            Tone::Mute => "t3",
            Tone::Accent => "c-acc",
            Tone::Ok => "c-ok",
            Tone::Info => "c-info",
            Tone::Warn => "c-warn",
            Tone::Bad => "c-bad",
        }
    }

    /// The classes of a 14 px icon in this tone.
    pub const fn small_icon_class(self) -> &'static str {
        match self {
            Tone::Neutral => "i s14 t2",
            Tone::Mute => "i s14 t3",
            Tone::Accent => "i s14 c-acc",
            Tone::Ok => "i s14 c-ok",
            Tone::Info => "i s14 c-info",
            Tone::Warn => "i s14 c-warn",
            Tone::Bad => "i s14 c-bad",
        }
    }

    /// The classes of a 16 px icon in this tone.
    pub const fn icon_class(self) -> &'static str {
        match self {
            Tone::Neutral => "i t2",
            Tone::Mute => "i t3",
            Tone::Accent => "i c-acc",
            Tone::Ok => "i c-ok",
            Tone::Info => "i c-info",
            Tone::Warn => "i c-warn",
            Tone::Bad => "i c-bad",
        }
    }

    /// The icon that goes with it where the state has none of its own.
    pub const fn icon(self) -> Icon {
        match self {
            Tone::Neutral => Icon::Info,
            Tone::Mute => Icon::CircleHelp,
            Tone::Accent => Icon::Crown,
            Tone::Ok => Icon::CircleCheck,
            Tone::Info => Icon::Info,
            Tone::Warn => Icon::TriangleAlert,
            Tone::Bad => Icon::OctagonX,
        }
    }
}
