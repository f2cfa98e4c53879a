// Names that tenants may have, and that no page may trip over.
export const HOSTILE = "<img src=x onerror=alert('name')>";
export const LONG = `Zum Goldenen Brezel ${"und Söhne ".repeat(8)}Gesellschaft mit beschränkter Haftung`;
