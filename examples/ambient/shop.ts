import { App, Chart } from 'cdk8s';
import { DataPlane, Jwks, JwtAudiences, JwtAuthentication, PathMatch, PolicyScope, Waypoint, ZeroTrustNamespace } from 'cdk8s-istio';
import { Application, POSTGRES } from './application';

const ISSUER = 'https://id.example.com';

/** A shop without sidecars: requests are judged where there is something to judge about them, connections everywhere. */
export class Shop {
  /** In what the guards of the two namespaces are another thing than with sidecars. */
  public readonly differences: readonly string[];

  constructor(app: App) {
    // The namespace of the shop: requests go through its waypoint.
    const shop = new Chart(app, 'shop', { namespace: 'shop', disableResourceNameHashes: true });
    const waypoint = new Waypoint(shop, 'waypoint');
    const guard = new ZeroTrustNamespace(shop, 'guard', { namespace: 'shop', dataPlane: DataPlane.ambient({ waypoint }) });
    const [frontend, reviews, accounts] = ['frontend', 'reviews', 'accounts'].map((name) => new Application(shop, name).mesh);

    // The namespace of its database: ztunnel alone, as nothing there is about requests.
    const data = new Chart(app, 'data', { namespace: 'data', disableResourceNameHashes: true });
    const store = new ZeroTrustNamespace(data, 'guard', { namespace: 'data', dataPlane: DataPlane.ambient() });
    const database = new Application(data, 'database', POSTGRES).mesh;

    frontend.calls(reviews, { methods: ['GET'], paths: [PathMatch.segment('/reviews')] });
    frontend.calls(accounts, { methods: ['GET', 'POST'] });
    reviews.calls(database, { ports: [POSTGRES.number] });

    // Whoever is let in to the accounts has to bring the token of a customer, too. The waypoint verifies it.
    new JwtAuthentication(shop, 'tokens', {
      scope: PolicyScope.service(accounts),
      issuers: [{ issuer: ISSUER, jwks: Jwks.uri(`${ISSUER}/.well-known/jwks.json`), audiences: JwtAudiences.of('https://shop.example.com') }],
    });

    this.differences = [guard, store].flatMap(({ namespace, dataPlaneDifferences }) => dataPlaneDifferences.map((text) => `${namespace}: ${text}`));
  }
}
