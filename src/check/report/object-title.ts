/** `VirtualService shop/reviews`, `Namespace shop`; empty for a file that could not be read. */
export function objectTitle({ kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  if (kind === '') return '';
  return `${kind} ${[namespace, name || '(no name)'].filter((part) => part !== '').join('/')}`;
}
