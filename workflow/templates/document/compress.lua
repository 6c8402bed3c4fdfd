-- As a writer of pandoc: the zip archive `plain` with its entries compressed.
function ByteStringWriter()
  local held = io.open('plain', 'rb')
  local archive = pandoc.zip.Archive(held:read('a'))
  held:close()
  local entries = {}
  for _, entry in ipairs(archive.entries) do
    table.insert(entries, pandoc.zip.Entry(entry.path, entry:contents(), entry.modtime))
  end
  return pandoc.zip.Archive(entries):bytestring()
end
