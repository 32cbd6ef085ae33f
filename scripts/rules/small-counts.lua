--- No released output shows a count of fewer than 11 people.
--- @param least? integer  the smallest count that may be shown; 11 unless told
local least = arg.least or 11
local function shows_less(output) return output.min_cell and output.min_cell < least and (output.released_at or output.status == "released") end
return rows { nodes("output"):where(shows_less), "ref", "title", { "smallest count", "min_cell" } }
