--- A catalogue of the register as DCAT-AP 3, in Turtle or JSON-LD.
--- @format dcat-ap
--- @output rdf
--- @uses formats/lib/catalogue
--- @param base text  what the IRIs of things begin with that have none of their own (property uri): https://hub.example/
--- @param catalogue? ref  which one, when there are several
--- @param publisher? ref  the organisation that publishes the catalogue, when its publisher_ref tells none
--- @param language? text  of texts whose language is not told: fr
--- @param syntax? text  turtle, unless told, or json-ld

function export()
  catalogue.export {
    base = arg.base, catalogue = arg.catalogue, publisher = arg.publisher, language = arg.language, syntax = arg.syntax,
  }
end
