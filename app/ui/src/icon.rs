//! Icons (lucide, ISC licence) as inline SVG: 24 by 24, one path, in the colour of the text around; never announced, because
//! a word always stands beside them or in their button's label.

use leptos::prelude::*;

/// One icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are lucide's own")]
pub enum Icon {
    ArrowDown,
    ArrowUp,
    ArrowLeftRight,
    Box,
    BoxSelect,
    ChevronRight,
    ChevronDown,
    ChevronsUpDown,
    CircleCheck,
    CircleDashed,
    CircleHelp,
    CircleOff,
    CirclePause,
    ClockAlert,
    Copy,
    Crown,
    FileClock,
    FileText,
    Gauge,
    GitCompareArrows,
    Info,
    KeyRound,
    ShieldQuestion,
    Terminal,
    Ban,
    CornerDownRight,
    Layers,
    Loader,
    Lock,
    LockOpen,
    LogIn,
    LogOut,
    Menu,
    OctagonX,
    RefreshCw,
    Rows3,
    Search,
    Server,
    ServerOff,
    SunMoon,
    TriangleAlert,
    Trash2,
    X,
    Check,
    Ellipsis,
    ExternalLink,
    Pencil,
    Plus,
    PanelLeftClose,
    Eye,
    RotateCw,
    GitCommit,
    ArrowDownToLine,
    ArrowLeft,
    Braces,
    ChevronLeft,
    ChevronUp,
    CircleStop,
    Clock,
    Columns,
    Download,
    Filter,
    Flag,
    History,
    Link,
    Minus,
    Pause,
    Play,
    ScrollText,
    SendHorizontal,
    UnfoldVertical,
    Upload,
    Waypoints,
    ListEnd,
    TrendingDown,
    TrendingUp,
    Table2,
    RotateCcw,
    Unplug,
}

impl Icon {
    /// Every icon, for the gallery.
    pub const ALL: &[Icon] = &[
        Icon::ArrowDown,
        Icon::ArrowUp,
        Icon::ArrowLeftRight,
        Icon::Box,
        Icon::BoxSelect,
        Icon::ChevronRight,
        Icon::ChevronDown,
        Icon::ChevronsUpDown,
        Icon::CircleCheck,
        Icon::CircleDashed,
        Icon::CircleHelp,
        Icon::CircleOff,
        Icon::CirclePause,
        Icon::ClockAlert,
        Icon::Copy,
        Icon::Crown,
        Icon::FileClock,
        Icon::FileText,
        Icon::Gauge,
        Icon::GitCompareArrows,
        Icon::Info,
        Icon::KeyRound,
        Icon::ShieldQuestion,
        Icon::Terminal,
        Icon::Ban,
        Icon::CornerDownRight,
        Icon::Layers,
        Icon::Loader,
        Icon::Lock,
        Icon::LockOpen,
        Icon::LogIn,
        Icon::LogOut,
        Icon::Menu,
        Icon::OctagonX,
        Icon::RefreshCw,
        Icon::Rows3,
        Icon::Search,
        Icon::Server,
        Icon::ServerOff,
        Icon::SunMoon,
        Icon::TriangleAlert,
        Icon::Trash2,
        Icon::X,
        Icon::Check,
        Icon::Ellipsis,
        Icon::ExternalLink,
        Icon::Pencil,
        Icon::Plus,
        Icon::PanelLeftClose,
        Icon::Eye,
        Icon::RotateCw,
        Icon::GitCommit,
        Icon::ArrowDownToLine,
        Icon::ArrowLeft,
        Icon::Braces,
        Icon::ChevronLeft,
        Icon::ChevronUp,
        Icon::CircleStop,
        Icon::Clock,
        Icon::Columns,
        Icon::Download,
        Icon::Filter,
        Icon::Flag,
        Icon::History,
        Icon::Link,
        Icon::Minus,
        Icon::Pause,
        Icon::Play,
        Icon::ScrollText,
        Icon::SendHorizontal,
        Icon::UnfoldVertical,
        Icon::Upload,
        Icon::Waypoints,
        Icon::ListEnd,
        Icon::TrendingDown,
        Icon::TrendingUp,
        Icon::Table2,
        Icon::RotateCcw,
        Icon::Unplug,
    ];

    /// Its drawing.
    const fn path(self) -> &'static str {
        match self {
            Icon::ArrowDown => "M12 5v14M19 12l-7 7-7-7",
            Icon::ArrowUp => "M5 12l7-7 7 7M12 19V5",
            Icon::ArrowLeftRight => "M8 3 4 7l4 4M4 7h16M16 21l4-4-4-4M20 17H4",
            Icon::Box => {
                "M21 8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73l7 4a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16ZM3.3 7l8.7 5 8.7-5M12 22V12"
            }
            Icon::BoxSelect => {
                "M5 3a2 2 0 0 0-2 2M19 3a2 2 0 0 1 2 2M21 19a2 2 0 0 1-2 2M5 21a2 2 0 0 1-2-2M9 3h1M9 21h1M14 3h1M14 21h1M3 9v1M21 9v1M3 14v1M21 14v1"
            }
            Icon::ChevronRight => "M9 18l6-6-6-6",
            Icon::ChevronDown => "M6 9l6 6 6-6",
            Icon::ChevronsUpDown => "M7 15l5 5 5-5M7 9l5-5 5 5",
            Icon::CircleCheck => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M16 9l-5.5 5.5L8 12",
            Icon::CircleDashed => {
                "M10.1 2.182a10 10 0 0 1 3.8 0M13.9 21.818a10 10 0 0 1-3.8 0M17.609 3.721a10 10 0 0 1 2.69 2.7M2.182 13.9a10 10 0 0 1 0-3.8M20.279 17.609a10 10 0 0 1-2.7 2.69M21.818 10.1a10 10 0 0 1 0 3.8M3.721 6.391a10 10 0 0 1 2.7-2.69M6.391 20.279a10 10 0 0 1-2.69-2.7"
            }
            Icon::CircleHelp => {
                "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3M12 17h.01"
            }
            Icon::CircleOff => {
                "M2 2l20 20M8.35 2.69A10 10 0 0 1 21.3 15.65M19.08 19.08A10 10 0 1 1 4.92 4.92"
            }
            Icon::CirclePause => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M10 15L10 9M14 15L14 9",
            Icon::ClockAlert => "M12 6v6l4 2M20 12v5M20 21h.01M21.25 8.2A10 10 0 1 0 16 21.16",
            Icon::Copy => {
                "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2zM4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"
            }
            Icon::Crown => {
                "M11.562 3.266a.5.5 0 0 1 .876 0L15.39 8.87a1 1 0 0 0 1.516.294L21.183 5.5a.5.5 0 0 1 .798.519l-2.834 10.246a1 1 0 0 1-.956.734H5.81a1 1 0 0 1-.957-.734L2.02 6.02a.5.5 0 0 1 .798-.519l4.276 3.664a1 1 0 0 0 1.516-.294zM5 21h14"
            }
            Icon::FileClock => {
                "M16 22h2a2 2 0 0 0 2-2V8a2.4 2.4 0 0 0-.706-1.706l-3.588-3.588A2.4 2.4 0 0 0 14 2H6a2 2 0 0 0-2 2v2.85M14 2v5a1 1 0 0 0 1 1h5M8 14v2.2l1.6 1M2 16a6 6 0 1 0 12 0a6 6 0 1 0 -12 0"
            }
            Icon::FileText => {
                "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5M10 9H8M16 13H8M16 17H8"
            }
            Icon::Gauge => "M12 14l4-4M3.34 19a10 10 0 1 1 17.32 0",
            Icon::GitCompareArrows => {
                "M2 6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M12 6h5a2 2 0 0 1 2 2v7M15 9l-3-3 3-3M16 18a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M12 18H7a2 2 0 0 1-2-2V9M9 15l3 3-3 3"
            }
            Icon::Info => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 16v-4M12 8h.01",
            Icon::ShieldQuestion => {
                "M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1zM9.1 9a3 3 0 0 1 5.82 1c0 2-3 3-3 3M12 17h.01"
            }
            Icon::Terminal => "M12 19h8M4 17l6-6-6-6",
            Icon::Ban => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M4.929 4.929 19.07 19.071",
            Icon::CornerDownRight => "M15 10l5 5-5 5M4 4v7a4 4 0 0 0 4 4h12",
            Icon::KeyRound => {
                "M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4zM16 7.5a0.5 0.5 0 1 0 1 0a0.5 0.5 0 1 0 -1 0"
            }
            Icon::Layers => {
                "M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83zM2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17"
            }
            Icon::Loader => {
                "M12 2v4M16.2 7.8l2.9-2.9M18 12h4M16.2 16.2l2.9 2.9M12 18v4M4.9 19.1l2.9-2.9M2 12h4M4.9 4.9l2.9 2.9"
            }
            Icon::Lock => {
                "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-7a2 2 0 0 1 2 -2zM7 11V7a5 5 0 0 1 10 0v4"
            }
            Icon::LockOpen => {
                "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-7a2 2 0 0 1 2 -2zM7 11V7a5 5 0 0 1 9.9-1"
            }
            Icon::LogIn => "M10 17l5-5-5-5M15 12H3M15 3h4a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-4",
            Icon::LogOut => "M16 17l5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4",
            Icon::Menu => "M4 5h16M4 12h16M4 19h16",
            Icon::OctagonX => {
                "M15 9l-6 6M2.586 16.726A2 2 0 0 1 2 15.312V8.688a2 2 0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2h6.624a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586zM9 9l6 6"
            }
            Icon::RefreshCw => {
                "M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8M21 3v5h-5M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16M8 16H3v5"
            }
            Icon::Rows3 => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2zM21 9H3M21 15H3"
            }
            Icon::Search => "M21 21l-4.34-4.34M3 11a8 8 0 1 0 16 0a8 8 0 1 0 -16 0",
            Icon::Server => {
                "M4 2h16a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h-16a2 2 0 0 1 -2 -2v-4a2 2 0 0 1 2 -2zM4 14h16a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h-16a2 2 0 0 1 -2 -2v-4a2 2 0 0 1 2 -2zM6 6L6.01 6M6 18L6.01 18"
            }
            Icon::ServerOff => {
                "M7 2h13a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-5M10 10 2.5 2.5C2 2 2 2.5 2 5v3a2 2 0 0 0 2 2h6zM22 17v-1a2 2 0 0 0-2-2h-1M4 14a2 2 0 0 0-2 2v4a2 2 0 0 0 2 2h16.5l1-.5.5.5-8-8H4zM6 18h.01M2 2l20 20"
            }
            Icon::SunMoon => {
                "M12 2v2M14.837 16.385a6 6 0 1 1-7.223-7.222c.624-.147.97.66.715 1.248a4 4 0 0 0 5.26 5.259c.589-.255 1.396.09 1.248.715M16 12a4 4 0 0 0-4-4M19 5l-1.256 1.256M20 12h2"
            }
            Icon::TriangleAlert => {
                "M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01"
            }
            Icon::Trash2 => {
                "M10 11v6M14 11v6M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M3 6h18M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"
            }
            Icon::Check => "M20 6 9 17l-5-5",
            Icon::Ellipsis => {
                "M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M4 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0"
            }
            Icon::ExternalLink => {
                "M15 3h6v6M10 14 21 3M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6"
            }
            Icon::Pencil => {
                "M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497zM15 5l4 4"
            }
            Icon::Plus => "M5 12h14M12 5v14",
            Icon::PanelLeftClose => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2zM9 3v18M16 15l-3-3 3-3"
            }
            Icon::Eye => {
                "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
            }
            Icon::RotateCw => "M21 12a9 9 0 1 1-9-9c2.52 0 4.93 1 6.74 2.74L21 8M21 3v5h-5",
            Icon::GitCommit => "M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M3 12L9 12M15 12L21 12",
            Icon::ArrowDownToLine => "M12 17V3M6 11l6 6 6-6M19 21H5",
            Icon::ArrowLeft => "M12 19l-7-7 7-7M19 12H5",
            Icon::Braces => {
                "M8 3H7a2 2 0 0 0-2 2v5a2 2 0 0 1-2 2 2 2 0 0 1 2 2v5c0 1.1.9 2 2 2h1M16 21h1a2 2 0 0 0 2-2v-5c0-1.1.9-2 2-2a2 2 0 0 1-2-2V5a2 2 0 0 0-2-2h-1"
            }
            Icon::ChevronLeft => "M15 18l-6-6 6-6",
            Icon::ChevronUp => "M18 15l-6-6-6 6",
            Icon::CircleStop => {
                "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M10 9h4a1 1 0 0 1 1 1v4a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-4a1 1 0 0 1 1 -1z"
            }
            Icon::Clock => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 6v6l4 2",
            Icon::Columns => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2zM9 3v18M15 3v18"
            }
            Icon::Download => "M12 15V3M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5",
            Icon::Filter => {
                "M10 20a1 1 0 0 0 .553.895l2 1A1 1 0 0 0 14 21v-7a2 2 0 0 1 .517-1.341L21.74 4.67A1 1 0 0 0 21 3H3a1 1 0 0 0-.742 1.67l7.225 7.989A2 2 0 0 1 10 14z"
            }
            Icon::Flag => {
                "M4 22V4a1 1 0 0 1 .4-.8A6 6 0 0 1 8 2c3 0 5 2 7.333 2q2 0 3.067-.8A1 1 0 0 1 20 4v10a1 1 0 0 1-.4.8A6 6 0 0 1 16 16c-3 0-5-2-8-2a6 6 0 0 0-4 1.528"
            }
            Icon::History => "M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8M3 3v5h5M12 7v5l4 2",
            Icon::Link => {
                "M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71"
            }
            Icon::Minus => "M5 12h14",
            Icon::Pause => {
                "M7 3h2a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-2a1 1 0 0 1 -1 -1v-16a1 1 0 0 1 1 -1zM15 3h2a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-2a1 1 0 0 1 -1 -1v-16a1 1 0 0 1 1 -1z"
            }
            Icon::Play => {
                "M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z"
            }
            Icon::ScrollText => {
                "M15 12h-5M15 8h-5M19 17V5a2 2 0 0 0-2-2H4M8 21h12a2 2 0 0 0 2-2v-1a1 1 0 0 0-1-1H11a1 1 0 0 0-1 1v1a2 2 0 1 1-4 0V5a2 2 0 1 0-4 0v2a1 1 0 0 0 1 1h3"
            }
            Icon::SendHorizontal => {
                "M3.714 3.048a.498.498 0 0 0-.683.627l2.843 7.627a2 2 0 0 1 0 1.396l-2.842 7.627a.498.498 0 0 0 .682.627l18-8.5a.5.5 0 0 0 0-.904zM6 12h16"
            }
            Icon::UnfoldVertical => {
                "M12 22v-6M12 8V2M4 12H2M10 12H8M16 12h-2M22 12h-2M15 19l-3 3-3-3M15 5l-3-3-3 3"
            }
            Icon::Upload => "M12 3v12M17 8l-5-5-5 5M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
            Icon::ListEnd => "M16 5H3M16 12H3M9 19H3M16 16l-3 3 3 3M21 5v12a2 2 0 0 1-2 2h-6",
            Icon::TrendingDown => "M16 17h6v-6M22 17l-8.5-8.5-5 5L2 7",
            Icon::TrendingUp => "M16 7h6v6M22 7l-8.5 8.5-5-5L2 17",
            Icon::Table2 => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM3 9h18M9 3v18"
            }
            Icon::RotateCcw => "M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8M3 3v5h5",
            Icon::Unplug => {
                "M19 5l3-3M2 22l3-3M6.3 20.3a2.4 2.4 0 0 0 3.4 0L12 18l-6-6-2.3 2.3a2.4 2.4 0 0 0 0 3.4ZM7.5 13.5 10 11M10.5 16.5 13 14M12 6l6 6 2.3-2.3a2.4 2.4 0 0 0 0-3.4l-2.6-2.6a2.4 2.4 0 0 0-3.4 0Z"
            }
            Icon::Waypoints => {
                "M10.586 5.414l-5.172 5.172M18.586 13.414l-5.172 5.172M6 12h12M10 20a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M10 4a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M18 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M2 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0"
            }
            Icon::X => "M18 6 6 18M6 6l12 12",
        }
    }
}

/// At 16 px.
pub fn icon(icon: Icon) -> AnyView {
    sized(icon, "i")
}

/// At 14 px.
pub fn icon_small(icon: Icon) -> AnyView {
    sized(icon, "i s14")
}

/// At 12 px.
pub fn icon_tiny(icon: Icon) -> AnyView {
    sized(icon, "i s12")
}

/// With classes of its own: `i s14 c-ok`.
pub fn sized(icon: Icon, class: &'static str) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}
