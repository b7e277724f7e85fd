/**
 * JSON Schema with OpenAPI 3.2 XML Objects and the few words of our own that XML Objects cannot say.
 * References are resolved by the generator, so a schema here is a plain tree.
 */
export interface XmlSchema {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly contentMediaType?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, XmlSchema>>;
  readonly items?: XmlSchema;
  /** https://spec.openapis.org/oas/v3.2.0.html#xml-object */
  readonly xml?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly nodeType?: 'element' | 'attribute' | 'text' | 'none';
  };
  /**
   * `multistatus`: rows of a 207. `href`: decoded path of a row below the DAV root. `present`: true when the element
   * is there. `names`: local names of the child elements. `value`: the object stands for its one property.
   */
  readonly 'x-dav'?: 'multistatus' | 'href' | 'present' | 'names' | 'value';
  /** Empty elements to ask for, derived from a row schema. */
  readonly 'x-dav-select'?: readonly XmlName[];
}

export interface XmlName {
  readonly name: string;
  readonly namespace: string;
}

/** Element name of a property: its XML Object's name, else the property's own. */
export function xmlName(property: string, schema: XmlSchema): XmlName {
  return { name: schema.xml?.name ?? property, namespace: schema.xml?.namespace ?? '' };
}

export function isAttribute(schema: XmlSchema): boolean {
  return schema.xml?.nodeType === 'attribute';
}

export function isText(schema: XmlSchema): boolean {
  return schema.xml?.nodeType === 'text';
}
