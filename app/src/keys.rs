//! The keyboard: `/` to the filter, j and k over rows, Enter opens.
