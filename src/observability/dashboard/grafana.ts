/*
 * The part of Grafana's model of dashboards that is written here. Tests hold it against Grafana's own types
 * (@grafana/grafana-foundation-sdk).
 */

export interface GridPosition { readonly x: number; readonly y: number; readonly w: number; readonly h: number }

export interface DataSource { readonly type: 'prometheus'; readonly uid: string }

export interface Query {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: DataSource;
  readonly range: true;
}

export interface Threshold { readonly value: number | null; readonly color: string }

/** What a panel shows. */
export interface PanelContent {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** PromQL by legend. */
  readonly queries: readonly { readonly legend: string; readonly expr: string }[];
  /** From where on it is red. */
  readonly alarming?: number;
  /** Where the axis ends, unless there is more. */
  readonly softMax?: number;
}

/** A panel with a line for each query. */
export function timeSeries(id: number, gridPos: GridPosition, datasource: DataSource, content: PanelContent): object {
  const { title, description, unit, queries, alarming, softMax } = content;
  const steps: Threshold[] = [{ value: null, color: 'green' }, ...alarming === undefined ? [] : [{ value: alarming, color: 'red' }]];
  return {
    id,
    type: 'timeseries',
    title,
    description,
    datasource,
    gridPos,
    targets: queries.map(({ legend, expr }, i): Query => ({
      refId: String.fromCharCode(65 + i), expr, legendFormat: legend, datasource, range: true,
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'palette-classic' },
        thresholds: { mode: 'absolute', steps },
        custom: {
          drawStyle: 'line',
          lineWidth: 2,
          fillOpacity: 10,
          showPoints: 'never',
          spanNulls: false,
          thresholdsStyle: { mode: alarming === undefined ? 'off' : 'dashed' },
          ...softMax !== undefined && { axisSoftMax: softMax },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** A heading, below which the panels that follow stand. */
export function row(id: number, y: number, title: string): object {
  return { id, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] };
}

/** A choice of one among all data sources that answer PromQL. */
export function dataSourceChoice(): object {
  return {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: 'prometheus',
    multi: false,
    includeAll: false,
    options: [],
    hide: 0,
    refresh: 1,
  };
}

export const CHOSEN_DATA_SOURCE: DataSource = { type: 'prometheus', uid: '${datasource}' };
