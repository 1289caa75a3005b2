import { PEER_AUTHENTICATIONS, REQUEST_AUTHENTICATIONS } from './examples/authentication';
import { testExamples } from './examples/example';

describe('a PeerAuthentication', () => testExamples(PEER_AUTHENTICATIONS));
describe('a RequestAuthentication', () => testExamples(REQUEST_AUTHENTICATIONS));
