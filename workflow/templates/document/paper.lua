-- What pandoc's HTML reader or its writers leave out: pages on their side in both documents,
-- and in the PDF what a picture shows, the banner, and the table of contents.

local typst = FORMAT == 'typst'

local function text(words)
  return '"' .. words:gsub('[\\"]', '\\%0'):gsub('%s+', ' ') .. '"'
end

local function ends(style)
  return pandoc.RawBlock('openxml', '<w:p><w:pPr><w:pStyle w:val="' .. style .. '"/></w:pPr></w:p>')
end

local function within(call, div)
  local blocks = pandoc.Blocks { pandoc.RawBlock('typst', '#' .. call .. '[') }
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end

local function Div(div)
  if div.classes:includes('landscape') and typst then
    return within('page(flipped: true)', div)
  elseif div.classes:includes('landscape') then
    local blocks = pandoc.Blocks { ends('PortraitEnds') }
    blocks:extend(div.content)
    blocks:insert(ends('LandscapeEnds'))
    return blocks
  elseif div.classes:includes('banner') and typst then
    return within('banner', div)
  end
end

-- What leads to the next thing stays on its page: a line before a query or a quote, a line that
-- ends in a colon, and the first line of an item.
local function leads(block, next, first)
  local words = block.content and block.content[#block.content]
  return block.t == 'Para' and next and (first or next.t == 'CodeBlock' or next.t == 'BlockQuote'
    or (words and words.t == 'Str' and words.text:match(':$')))
end

local function lead(block)
  if typst then
    return within('lead', { content = { block } })
  end
  return { pandoc.Div({ block }, { ['custom-style'] = 'Lead' }) }
end

local function kept(blocks, item)
  local held = pandoc.Blocks {}
  for n, block in ipairs(blocks) do
    held:extend(leads(block, blocks[n + 1], item and n == 1) and lead(block) or { block })
  end
  return held
end

local function BulletList(list)
  list.content = list.content:map(function(item) return kept(item, true) end)
  return list
end

local function Image(image)
  if typst then
    local style = image.attributes.style or ''
    local width = style:match('^width: ([%d.]+in)$') or '100%'
    local drawn = image.src:gsub('%.png$', '.svg')
    local alternative = pandoc.utils.stringify(image.caption)
    return pandoc.RawInline('typst', '#image(' .. text(drawn) .. ', alt: ' .. text(alternative)
      .. ', width: ' .. width .. ')')
  end
end

local function length(row)
  local letters = 0
  for _, cell in ipairs(row.cells) do
    letters = letters + utf8.len(pandoc.utils.stringify(cell.contents))
  end
  return letters
end

-- A row too long for a page (some 25 lines of a cell) has to break; a short table has not.
local function Table(tbl)
  local rows, all, longest = 0, 0, 0
  for _, body in ipairs(typst and tbl.bodies or {}) do
    for _, row in ipairs(body.body) do
      rows, all, longest = rows + 1, all + length(row), math.max(longest, length(row))
    end
  end
  if typst and (longest > 2000 or rows <= 10 and all <= 2000) then
    return within(longest > 2000 and 'long' or 'short', { content = { tbl } })
  end
end

local function Meta(meta)
  if typst then
    -- One author comes as a row of words, several as a list of such rows.
    local one = pandoc.utils.type(meta.author) == 'Inlines'
    local authors = pandoc.List(one and { meta.author } or meta.author or {})
    meta.names = pandoc.MetaList(authors:map(function(author)
      return pandoc.MetaInlines { pandoc.RawInline('typst', text(pandoc.utils.stringify(author))) }
    end))
    return meta
  end
end

local function Pandoc(document)
  document.blocks = kept(document.blocks)
  local _, first = document.blocks:find_if(function(block) return block.t == 'Header' end)
  if typst and first then
    document.blocks:insert(first, pandoc.RawBlock('typst', '#contents()'))
  end
  return document
end

-- typst would make dashes, minus signs and dots of these; a string stays what it is.
local function Str(str)
  if typst and (str.text:match('%-') or str.text:match('%.%.')) then
    return pandoc.RawInline('typst', '#' .. text(str.text) .. ';')
  end
end

return {
  { Div = Div, BulletList = BulletList, Image = Image, Table = Table, Meta = Meta,
    Pandoc = Pandoc },
  { Str = Str },
}
